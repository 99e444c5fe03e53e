"""The people of the demo park, all invented, and how to sign in as them."""

from dataclasses import dataclass

from app.demo.firms import BY_KEY
from app.foundation.core.text import Text
from app.parties.accounts.permissions import ROLE_WORDS, Role

PARK_NAME = "澄湖循环产业园"
PIN = "271828"
"""With which everybody of the demo signs; as public as the password."""
PASSWORD = "parkloop-demo"  # noqa: S105 - known to everybody, in demo parks only


@dataclass(frozen=True)
class Person:
    """One demo person: where they work, as what."""

    key: str
    email: str
    name: str
    phone: str
    firm: str
    """Key of the firm, or empty for the park's own staff."""
    role: Role
    job_title: str
    icon: str
    listed: bool = True
    """Offered on the sign-in page."""


PEOPLE = (
    Person(
        "lu",
        "lu@qingwu.example",
        "陆青岚",
        "000-0000-1234",
        "qingwu",
        Role.PRODUCER,
        "EHS 主管",
        "building-factory-2",
    ),
    Person(
        "zhao",
        "zhao@qingwu.example",
        "赵柏",
        "000-0000-1235",
        "qingwu",
        Role.PRODUCER,
        "危废管理员",
        "user",
        False,
    ),
    Person(
        "gu",
        "gu@yunqi.example",
        "顾南舟",
        "000-0000-2234",
        "yunqi",
        Role.PRODUCER,
        "安全环保部",
        "user",
        False,
    ),
    Person(
        "shen",
        "shen@lanling.example",
        "沈听雨",
        "000-0000-3234",
        "lanling",
        Role.PRODUCER,
        "环保专员",
        "user",
        False,
    ),
    Person(
        "qian",
        "qian@chenghu-paint.example",
        "钱例二",
        "000-0000-4234",
        "chenghu",
        Role.PRODUCER,
        "新入驻企业",
        "file-text",
    ),
    Person(
        "xia",
        "xia@hanlu.example",
        "夏至言",
        "000-0000-6234",
        "hanlu",
        Role.PRODUCER,
        "环保工程师",
        "user",
        False,
    ),
    Person(
        "qiu",
        "qiu@beian.example",
        "秋以安",
        "000-0000-7234",
        "beian",
        Role.PRODUCER,
        "安环部主任",
        "user",
        False,
    ),
    Person(
        "he", "he@yunzhan.example", "贺云舟", "000-0000-5678", "yunzhan", Role.RECYCLER, "接收员", "recycle"
    ),
    Person(
        "bai",
        "bai@baize.example",
        "白景行",
        "000-0000-5679",
        "baize",
        Role.RECYCLER,
        "接收主管",
        "user",
        False,
    ),
    Person(
        "jin",
        "jin@shuojin.example",
        "金石开",
        "000-0000-5680",
        "shuojin",
        Role.RECYCLER,
        "接收主管",
        "user",
        False,
    ),
    Person(
        "du",
        "du@chian.example",
        "杜若衡",
        "000-0000-7700",
        "chian",
        Role.CARRIER,
        "运输主管",
        "truck",
        False,
    ),
    Person(
        "shi",
        "shi@chian.example",
        "石砚秋",
        "000-0000-7711",
        "chian",
        Role.DRIVER,
        "驾驶员",
        "truck-delivery",
    ),
    Person(
        "qi",
        "qi@chian.example",
        "齐远舟",
        "000-0000-7710",
        "chian",
        Role.CARRIER,
        "运营经理",
        "truck",
        False,
    ),
    Person(
        "lin", "lin@chenghu.example", "林知远", "000-0000-8801", "", Role.INSPECTOR, "巡查员", "shield-check"
    ),
    Person(
        "tang",
        "tang@chenghu.example",
        "唐疏影",
        "000-0000-8800",
        "",
        Role.PARK_OPERATOR,
        "园区环保主管",
        "building-community",
    ),
)


@dataclass(frozen=True)
class SignInHint:
    """One account as the sign-in page of a demo park offers it."""

    role: Text
    name: str
    organisation: str
    icon: str
    account: str
    password: str


def _place(person: Person) -> str:
    return BY_KEY[person.firm].short_name if person.firm else PARK_NAME


def sign_in_list() -> list[SignInHint]:
    """The accounts to try, one a role."""
    return [
        SignInHint(ROLE_WORDS[p.role], p.name, _place(p), p.icon, p.email, PASSWORD)
        for p in PEOPLE
        if p.listed
    ]

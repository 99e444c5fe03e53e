"""What permissions and scopes are called on pages."""

from typing import Final

from app.foundation.core.text import Text, say
from app.parties.accounts.permissions import Permission

_P = Permission

_WORDS: dict[Permission, Text] = {
    _P.LEDGER_READ: say("查看台账"),
    _P.LEDGER_IMPORT: say("导入台账"),
    _P.LEDGER_CORRECT: say("更正台账"),
    _P.PLANS_MANAGE: say("编制管理计划"),
    _P.DECLARATIONS_MANAGE: say("申报"),
    _P.STORAGE_READ: say("查看贮存设施与容器"),
    _P.STORAGE_MANAGE: say("管理贮存设施与分区"),
    _P.CONTAINERS_MANAGE: say("登记、入库与处理容器"),
    _P.SCALES_SEND: say("发送秤的读数"),
    _P.CONSIGNMENTS_READ: say("查看转移联单"),
    _P.CONSIGNMENTS_SEND: say("发起联单并以移出人签字"),
    _P.CONSIGNMENTS_CARRY: say("装车、交接并以承运人签字"),
    _P.CONSIGNMENTS_RECEIVE: say("过磅、签收或拒收"),
    _P.CONSIGNMENTS_SUPERVISE: say("监管联单，要求更正"),
    _P.CLEARANCES_READ: say("查看合同与跨省批准"),
    _P.CLEARANCES_MANAGE: say("登记合同与跨省批准"),
    _P.CONTRACTS_SIGN: say("签订合同"),
    _P.LICENCES_READ: say("查看许可证"),
    _P.LICENCES_MANAGE: say("审核许可证"),
    _P.LICENCES_APPLY: say("提交许可证"),
    _P.FLEETS_MANAGE: say("管理车辆与人员"),
    _P.CATALOGUE_READ: say("查询废物名录"),
    _P.CATALOGUE_MANAGE: say("维护一般固废代码"),
    _P.SCAN: say("扫码验真"),
    _P.TRACE_READ: say("查看操作记录"),
    _P.RULES_OVERRIDE: say("说明理由后放行"),
    _P.STAFF_MANAGE: say("管理员工与权限"),
}

PERMISSION_WORDS: Final[dict[Permission, Text]] = {
    permission: _WORDS.get(permission, Text(permission.value)) for permission in Permission
}
"""Every permission, in the order of permissions.py."""

SCOPE_WORDS: Final[dict[str, Text]] = {
    "read": say("只读：查看角色能看到的一切"),
    "write": say("读写：除员工管理外，角色能做的一切"),
}
"""The two scopes that stand for many."""

"""What each problem type means and what to do about it: one table for the page and for docs/problems.md."""

from dataclasses import dataclass

from app.foundation.core.text import Text, say


@dataclass(frozen=True)
class Described:
    """A problem type in words."""

    status: int
    meaning: Text
    mend: Text


DESCRIBED: dict[str, Described] = {
    "bad-request": Described(400, say("请求不是有效的 HTTP 或 JSON"), say("检查请求体的格式与编码后重发")),
    "not-signed-in": Described(
        401, say("没有登录，或令牌无效、过期、已撤销"), say("重新登录，或换用有效令牌")
    ),
    "not-permitted": Described(
        403, say("看得见，但你的角色不能这样做"), say("请有权限的同事操作，或联系管理员")
    ),
    "wrong-second-factor": Described(
        403,
        say("PIN、动态码或一次性验证码不正确、已用过，或尝试次数过多；没有保存任何内容"),
        say("核对后再试；连续 5 次不正确须等 15 分钟"),
    ),
    "not-found": Described(
        404, say("没有此内容，或你不能知道它的存在"), say("核对编号；属于其他单位的内容不会显示")
    ),
    "method-not-allowed": Described(405, say("此地址不支持该方法"), say("查阅接口文档 /api/docs")),
    "conflict": Described(409, say("当前状态不允许，或被他人同时改动"), say("刷新后按最新状态再操作")),
    "stale-version": Described(412, say("你看到的版本已过时"), say("重新读取，用新的 ETag 再试")),
    "link-ended": Described(
        410, say("一次性链接已使用、已撤回、已过期，或验证码多次不正确"), say("请发出方重新发送链接")
    ),
    "too-large": Described(413, say("上传内容超过上限"), say("缩小文件，或分批上传")),
    "unsupported-media-type": Described(
        415, say("不支持的内容类型"), say("使用 application/json，或表单上传文件")
    ),
    "invalid-input": Described(422, say("有字段填写有误；errors 一次列出全部"), say("按每条提示更正后重发")),
    "rule-violated": Described(
        422,
        say("法规、标准或平台规则不允许；findings 列出规则编号与观测值"),
        say("消除原因；获授权者可说明理由后放行"),
    ),
    "version-required": Described(
        428, say("修改有版本的内容须说明你看到的版本"), say("在 If-Match 中给出读取时的 ETag")
    ),
    "too-many-requests": Described(429, say("请求过于频繁"), say("稍后再试")),
    "unexpected": Described(500, say("系统内部错误，未保存任何内容"), say("记下编号并联系管理员")),
}


def described(name: str) -> Described | None:
    """The description of a problem type, or None if there is no such type."""
    return DESCRIBED.get(name)

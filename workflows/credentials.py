"""The words of accounts: what people hold to get in."""

from enum import StrEnum


class TokenKind(StrEnum):
    """What a bearer token came of."""

    SIGN_IN = "sign_in"  # 登录: of a person at a device; ends when it rests
    BEGUN = "begun"  # 待第二步验证: of somebody whose password was right, and who has yet to give a code
    ACCESS = "access_token"  # 访问令牌: of a program, under a name


class TokenScope(StrEnum):
    """What a token is good for, within what its owner may do."""

    FULL = "full"  # 完全
    READ = "read"  # 只读: it changes nothing


class SignInProof(StrEnum):
    """How somebody has shown who he or she is."""

    PASSWORD = "password"  # noqa: S105 - 用户名和密码: here, or with an invitation
    PROVIDER = "provider"  # 统一身份认证: at the office's own provider
    PROVIDER_WITH_FACTOR = (
        "provider_with_factor"  # the same, with a second factor there that the office takes for its own
    )


class NextStep(StrEnum):
    """What somebody who has signed in must do before anything else."""

    CHANGE_PASSWORD = "change_password"  # noqa: S105 - 修改密码: somebody else knows it, or it is too old
    SECOND_FACTOR = "second_factor"  # 第二步验证: give a code
    SET_UP_SECOND_FACTOR = "set_up_second_factor"  # 启用第二步验证: the office demands it of this role

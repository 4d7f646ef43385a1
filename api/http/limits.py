"""How often one may ask, and how often one may be wrong.

A try at a password is taken before it is looked at, and given back when it was right: of many at once no more than the
figure are looked at. Nobody can lock a named person out: who signed in from an address lately is not slowed there by
what others do elsewhere, and elsewhere a name is slowed, not closed.
"""

from hashlib import sha256

from flask import g, request
from sqlalchemy.orm import Session

from api.http.access import bearer_token
from api.http.client_address import client_address
from api.http.context import resources
from api.http.counters import counters
from api.http.known_tokens import known_tokens
from service.people.accounts import normal_username
from service.people.tokens import holder_of_expired, was_issued

WRONG_NAMES = "60 per 15 minutes"  # of one address, whatever the names: an office may stand behind one
FREE_TRIES = 10  # at one user name from unknown addresses within FORGOTTEN_AFTER; then there is a pause between two
FORGOTTEN_AFTER = 3600  # seconds
LONGEST_PAUSE = 300  # seconds; the first is one, each is twice the one before
WRONG_CODES = "60 per 15 minutes"  # of invitations, per address: a code has 80 bits
WRONG_SECOND_CODES = "5 per 15 minutes"  # of one person: of a million codes three are right at a time
WRONG_TOKENS = "60 per minute"  # of one address; tokens that have been valid are not asked for it, nor counted later
KNOWN_FOR = 12 * 3600  # seconds that other processes know of a token that was valid
SIGN_INS = "300 per minute"  # of one address: each costs an argon2 hash
CALLS = "1200 per minute"  # of one token
CALENDARS = "60 per minute"  # of one calendar, and
CALENDARS_OF_HOST = "1200 per minute"  # of one address: a whole office may stand behind it


def limit_stranger() -> None:
    """Raise TooManyRequests, and look nothing up, for an unknown token from where too many wrong ones came."""
    token = bearer_token()
    if token not in known_tokens() and not counters().number(_key_of_known(token)):
        counters().require_room(WRONG_TOKENS, "token", client_address())


def note_right_token(token: str) -> None:
    """Know a token that is valid, in every process: an address where others were wrong must not keep it waiting."""
    if known_tokens().add(token):
        counters().add(_key_of_known(token), 1, KNOWN_FOR)


def note_wrong_token(session: Session) -> None:
    """Count a token that is none; one that has ended is no guess, and has the limit of any caller."""
    known_tokens().discard(bearer_token())
    if was_issued(session, bearer_token()):
        g.ended_token_of = holder_of_expired(session, bearer_token())
        limit_caller()
    else:
        counters().note(WRONG_TOKENS, "token", client_address())


def limit_caller() -> None:
    """Count a call of a token of ours, once in a request; TooManyRequests beyond the limit."""
    if not g.get("is_counted"):
        counters().take(CALLS, "calls", short_hash(bearer_token()))
        g.is_counted = True


def limit_calendar() -> None:
    """Count a look at a calendar."""
    counters().take(CALENDARS_OF_HOST, "calendars", client_address())
    counters().take(CALENDARS, "calendar", short_hash(request.path))


def take_try(username: str, *, known_here: bool) -> None:
    """Take a try at a password, before anything is hashed; TooManyRequests when there is none left.

    `known_here`: its owner signed in from this address lately.
    """
    name, here, count = short_hash(normal_username(username)), client_address(), counters()
    count.require_room(_wrong_passwords(), "password", name, here)
    if not known_here:
        count.require_room(WRONG_NAMES, "names", here)
        tries = count.add(f"tries/{name}", 1, FORGOTTEN_AFTER)
        pause = min(2 ** min(tries - FREE_TRIES - 1, 30), LONGEST_PAUSE) if tries > FREE_TRIES else 0
        if pause and count.add(f"pause/{name}", 1, int(pause)) > 1:
            count.add(f"tries/{name}", -1, FORGOTTEN_AFTER)
            count.refuse(int(pause))
    count.take(SIGN_INS, "sign-ins", here)
    count.take(_wrong_passwords(), "password", name, here)


def give_back(username: str) -> None:
    """Forget the tries at this name from here, and the pauses: the password was right."""
    name = short_hash(normal_username(username))
    counters().forget(_wrong_passwords(), "password", name, client_address())
    for key in ("tries", "pause"):
        counters().clear(f"{key}/{name}")


def note_wrong_name() -> None:
    """Count a sign-in that failed, for its address."""
    counters().note(WRONG_NAMES, "names", client_address())


def take_own_try() -> None:
    """Take a try at one's own password."""
    counters().take(_wrong_passwords(), "own", short_hash(bearer_token()))


def give_back_own() -> None:
    """Forget the tries at one's own password: it was right."""
    counters().forget(_wrong_passwords(), "own", short_hash(bearer_token()))


def take_code_try(person_id: str) -> None:
    """Take a try at a code of a second factor, before it is looked at: whoever is here has given the password."""
    counters().take(WRONG_SECOND_CODES, "second", short_hash(person_id))


def give_back_code_try(person_id: str) -> None:
    """Forget the tries at a second factor: the code was right."""
    counters().forget(WRONG_SECOND_CODES, "second", short_hash(person_id))


def limit_codes() -> None:
    """Raise TooManyRequests where too many codes were wrong."""
    counters().require_room(WRONG_CODES, "codes", client_address())
    counters().take(SIGN_INS, "sign-ins", client_address())  # last: what is refused keeps nobody from signing in


def note_wrong_code() -> None:
    """Count a code that opens nothing."""
    counters().note(WRONG_CODES, "codes", client_address())


def limit_provider_sign_ins() -> None:
    """Count a step of a sign-in at the provider; TooManyRequests where too many, or too many that failed, came from."""
    counters().require_room(WRONG_NAMES, "names", client_address())
    counters().take(SIGN_INS, "sign-ins", client_address())


def _wrong_passwords() -> str:
    """How many of one user name from one address, and of one token: as the office's profile of passwords says."""
    return resources().settings.accounts.passwords.wrong_tries


def _key_of_known(token: str) -> str:
    return f"token/{short_hash(token)}"


def short_hash(text: str) -> str:
    """What stands for a name or a token in a key."""
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]

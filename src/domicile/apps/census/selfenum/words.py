"""What the page of households says, in both languages at once: it changes languages without a line."""

from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as noop

WORDS = {
    "title": noop("Answer the census"),
    "lead": noop("With the code on the slip that was brought to your home."),
    "code": noop("Code of the household"),
    "code_help": noop("Sixteen letters and digits. Small letters and missing strokes do no harm."),
    "go_on": noop("Go on"),
    "promise": noop(
        "What you answer serves statistics alone. It is kept sealed, apart from every register, and nothing "
        "follows from it for anybody."
    ),
    "time": noop(
        "With the form the page tells in whole minutes how long it was in view while it was filled in: no time of day, nothing "
        "else. A form that took very short may be asked about again. Nobody is judged by it."
    ),
    "mistyped": noop("This code is mistyped: compare it with the slip."),
    "unknown": noop("This code is not known, or no longer good. Compare it with the slip, or ask your enumerator."),
    "wait": noop("Too many wrong codes came. Wait a quarter of an hour, or answer when the enumerator comes."),
    "no_line": noop("There is no connection. The first time that a code is opened it needs one."),
    "no_draft": noop(
        "This browser can keep nothing safely on this page: fill in the form in one go, and leave the page "
        "open until it was sent."
    ),
    "flushed": noop("The form that waited on this phone was sent. Receipt:"),
    "waits": noop("A form waits on this phone and is sent as soon as there is a connection."),
    "household": noop("The household"),
    "moment": noop("The census moment is {moment}. Everything is asked as of it."),
    "people": noop("The people"),
    "people_help": noop(
        "Everybody who lives here and everybody who is registered here and lives elsewhere, the head of the "
        "household first. Babies, lodgers and domestic help too."
    ),
    "to_do": noop("to fill in"),
    "done": noop("filled in"),
    "fill_in": noop("Fill in"),
    "remove": noop("Take out"),
    "remove_sure": noop("Take out {name}? What was filled in is lost."),
    "next_person": noop("Go on with {name}"),
    "add_person": noop("Add a person"),
    "to_household": noop("Back to the household"),
    "to_people": noop("Back to the people"),
    "read_back": noop("Look through it"),
    "read_help": noop("Read everything once more. After it was sent it cannot be changed here."),
    "correct_this": noop("Correct"),
    "it_is_so": noop("It is so"),
    "answer_questions": noop("Look at what is marked in yellow: correct it, or say that it is so."),
    "read": noop("We have read everything and it is right."),
    "tick_read": noop("Tick that you have read everything."),
    "send": noop("Send the form"),
    "correct": noop("Please correct what is marked."),
    "broken": noop("This form was not taken. Look through it and send it again, or ask your enumerator."),
    "waiting": noop("Not sent yet"),
    "waiting_help": noop(
        "There is no connection. The form is kept sealed on this phone and is sent when this page is open and "
        "there is one. You may close the page and open it later."
    ),
    "waiting_open": noop("There is no connection. Leave this page open: the form is sent as soon as there is one."),
    "try_now": noop("Try now"),
    "sent": noop("Your form was taken"),
    "receipt": noop("Receipt:"),
    "sent_help": noop(
        "Write the receipt down. If the enumerator comes, show it: nobody has to answer twice. What you "
        "filled in was deleted from this phone."
    ),
    "used": noop("This code was used"),
    "used_help": noop("A form was taken with it. If you have to correct something, ask your enumerator for a fresh code."),
    "optional": noop("may be left empty"),
    "choose": noop("Choose"),
    "range": noop("A whole number from {least} to {most}."),
    "fault_missing": noop("Please answer this."),
    "fault_choice": noop("Choose from the list."),
    "fault_long": noop("This is too long."),
    "fault_number": noop("The number is not right: compare it with the card, or leave it empty."),
    "fault_not_asked": noop("This is not asked here."),
    "foot": noop(
        "Nobody but the census reads it. Resident numbers are deleted once it is known who was counted twice or missed, and the "
        "forms are destroyed when the census is over."
    ),
}  # fmt: skip


def of_the_page() -> dict[str, dict[str, str]]:
    """Every text by its name, in each language."""
    found = {}
    for language in ("zh-hans", "en"):
        with override(language):
            found[language] = {name: gettext(text) for name, text in WORDS.items()}
    return found

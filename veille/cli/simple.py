"""``veille pick --simple``: the desk in linear text, for a voice, a dumb terminal or a script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from veille.cli.front import House
from veille.cli.linear import sentences
from veille.cli.linear.composing import Ask, Composing
from veille.cli.linear.finishing import Finishing
from veille.cli.linear.manual import Command, in_orders
from veille.cli.linear.orders import order_from_text
from veille.cli.linear.reading import Answer, Reading
from veille.cli.output import Output
from veille.curate.session import Session
from veille.errors import VeilleError
from veille.i18n import gettext as _

# A voice passes over it, or says it in one syllable.
_PROMPT = ": "


def run_simple(house: House, session: Session, output: Output, ask: Ask) -> None:
    """Obey the orders that ``ask`` brings, line by line, until ``quit`` or the end of input.

    What is asked wrongly is answered with what to do, and the next order awaited.
    """
    for fact in sentences.greeting(session):
        _say(output, fact)
    answers = answers_of(house, session, ask)
    while (typed := ask(_PROMPT)) is not None:
        try:
            order = order_from_text(typed, house.settings.segments)
            if order.command is Command.QUIT:
                break
            for fact in answers[order.command](order):
                _say(output, fact)
        except VeilleError as error:
            for fact in _in_words(error):
                _say(output, fact)
    _say(output, _("Everything is saved"))


def answers_of(house: House, session: Session, ask: Ask) -> Mapping[Command, Answer]:
    """What answers each order; leaving is the only one without an answer."""
    reading = Reading(house, session)
    composing = Composing(house, session, reading, ask)
    finishing = Finishing(house, session, reading, ask)
    return {**reading.answers, **composing.answers, **finishing.answers}


def _in_words(error: VeilleError) -> Iterator[str]:
    yield from error.message.splitlines()
    yield from in_orders(error.hint).splitlines()


def _say(output: Output, fact: str) -> None:
    if text := fact if isinstance(fact, sentences.Quotation) else sentences.sentence(fact):
        output.line(text)

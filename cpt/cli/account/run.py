"""``cpt account run``: an account that lives by the clock."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, deliver it, and end.")
@account_option
@format_option
def run(once: bool, account: str | None, format_: str) -> int:
    """Keep an account running: what is due happens, and what may go out is delivered.

    It ends at Ctrl-C, or when it is told to (SIGTERM), after what it is doing. Its log goes to
    standard error, with --format json as an object a line. Several may run for one account.
    """
    import signal
    import threading

    from account_engine.clock import SystemClock
    from account_engine.running import Engine
    from cpt.accounts.embedded import translated
    from cpt.cli.delivering import deliverer, delivering_beside, witness
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.logs import log_to_standard_error
    from cpt.cli.options import tell
    from cpt.cli.places import DELIVERED_THERE, find_embedded

    stop = threading.Event()
    with find_embedded(account, DELIVERED_THERE) as found, translated():
        carried = any(row.is_on for row in found.couriers().values())
        if carried:
            found.demand_original(witness())
        log_to_standard_error(format_)
        if once:
            engine = Engine(found, SystemClock(), stop.wait, deliverer(found, stop.is_set))
            engine.work()
            return int(ExitCode.OTHER_SIDE if engine.is_failing else ExitCode.DONE)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        if not carried and format_ == "human":
            tell("no courier is switched on: nothing is sent ('cpt account courier' says more)")
        with delivering_beside(lambda: find_embedded(account), stop):
            Engine(found, SystemClock(), stop.wait).run()
        return int(ExitCode.DONE)

"""The `cas` command. Subcommands are loaded when asked for, so that `cas --help` and light commands start quickly."""

from __future__ import annotations

import importlib
import sys

import click

from cognitive_assessment.errors import CognitiveAssessmentError

# command -> (module in this package, one line of help); each module has a click command or group named `command`
COMMANDS = {
    "audit": ("audit", "Prove that the audit log is whole, and report who read what."),
    "auth": ("auth", "Test the sign-in by an identity provider."),
    "backup": ("backup", "Make a backup, prove one by restoring it, or list them."),
    "blobs": ("blobs", "Test the store of the recordings, and say how long it takes."),
    "db": ("db", "Upgrade the database, look at it, and keep it tidy."),
    "deploy": ("deploy", "Put the version of this checkout into service, and wait until it is ready."),
    "doctor": ("doctor", "Check every setting and every part, and say what is wrong."),
    "drill": ("drill", "Destroy a copy of the system, bring it back, and take the time."),
    "erase": ("erase", "Forget a person for good, here and in every backup."),
    "export": ("export", "Give a person everything that is held about them."),
    "incident": ("incident", "Open the sheet of an incident, filled in with what is known."),
    "lockdown": ("lockdown", "End all sign-ins and invitations and stop all writes."),
    "instrument": ("instrument", "Check instruments and batteries that are data; print their schema."),
    "logs": ("logs", "Show what the processes of the system have logged."),
    "maintenance": ("maintenance", "Stop all writes for a while, and let them through again."),
    "model": ("model", "Train, verify or describe the model that says how sure a reading is."),
    "restart": ("restart", "Stop API and workers of the running system in order, and start them again."),
    "restore": ("restore", "Put a backup, or the version before this one, in the place of what is there."),
    "retention": ("retention", "Let go what the organisations' rules and participants say."),
    "run": ("run", "Run a command in the system's own environment."),
    "score": ("score", "Apply an instrument's rule to a written transcript."),
    "secrets": ("secrets", "Make the secrets of an environment, look how old they are, exchange them."),
    "serve": ("serve", "Run the whole system: database, API and worker under one supervisor."),
    "status": ("status", "Show the health of the running system, and its processes."),
    "simulate": ("simulate", "Take a whole session through the public API as a simulated participant."),
    "transcribe": ("transcribe", "Read spoken answers from sound files."),
    "user": ("user", "Add staff accounts and set their passwords."),
    "worker": ("worker", "Run one worker that measures recordings."),
}


class LazyGroup(click.Group):
    """A group whose subcommands are imported only when they are run or asked for help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # the base class names it
        """All names, sorted, without importing anything."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # as above
        """Import the module of one subcommand."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"cognitive_assessment.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List names with their one line, again without importing."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cognitive-assessment", prog_name="cas")
def cli() -> None:
    """Cognitive Assessment System: administer, measure and trace."""


def main() -> None:
    """Entry point: a deliberate error, or a refusal of the machine, is one line and exit 1, never a stack trace."""
    try:
        cli()
    except CognitiveAssessmentError as error:
        click.echo(f"cas: {error.message}", err=True)
        if error.remedy:
            click.echo(f"     {error.remedy}", err=True)
        sys.exit(1)
    except OSError as error:  # the machine refuses: a disk, a right, a file
        click.echo(f"cas: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()

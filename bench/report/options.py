"""What script/bench was asked for. Every mistake is one sentence that names the option, its value and the rule."""
from dataclasses import dataclass, field

from results import BadInput

HELP = """usage: script/bench [options]

Builds the release preset, measures, and writes report/index.html, report/report.md and report/raw.json.

  --quick             about 3 minutes instead of 30: shorter rounds, fewer of them
  --passes N          so many runs of the suite, each a process of its own (4 to 100; default 20, quick 7)
  --round-ms N        how long each measurement lasts (1 to 10000; default 200, quick 40)
  --filter REGEX      only measurements whose names match, and nothing but the suite
  --suite             nothing but the suite of pools
  --languages         and pools of Java, in a process of their own
  --output DIR        where the report goes (default: report)
  --from FILE         makes the report of what was measured before; may be repeated
  --compare A B       says for each case whether B is faster than A, slower, or neither. A and B are two build folders,
                      which are measured in turn, two files of results, or two contenders of report/raw.json (or --from)
  --no-install        without script/setup
  --help
"""


@dataclass
class Options:
    passes: int = 20
    round_ms: int = 200
    filter: str = ""
    suite_only: bool = False
    is_quick: bool = False
    languages: bool = False
    output: str = "report"
    sources: list = field(default_factory=list)
    compare: tuple = ()
    installs: bool = True
    wants_help: bool = False


class _Words:
    def __init__(self, words):
        self._rest = list(words)

    def __bool__(self):
        return bool(self._rest)

    def next(self):
        return self._rest.pop(0)

    def value(self, option, what):
        if not self._rest or self._rest[0].startswith("--"):
            raise BadInput(f"{option}: must be followed by {what}")
        return self._rest.pop(0)

    def number(self, option, low, high):
        text = self.value(option, f"a number from {low} to {high}")
        if not text.isdecimal() or not low <= int(text) <= high:
            raise BadInput(f"{option} {text}: must be a number from {low} to {high}")
        return int(text)


FLAGS = {"--suite": "suite_only", "--languages": "languages", "--help": "wants_help", "--quick": "is_quick"}


def read(words):
    """Errors: BadInput."""
    rest, options, given = _Words(words), Options(), {}
    while rest:
        option = rest.next()
        if option in FLAGS:
            setattr(options, FLAGS[option], True)
        elif option == "--no-install":
            options.installs = False
        elif option == "--passes":
            given["passes"] = rest.number(option, 4, 100)
        elif option == "--round-ms":
            given["round_ms"] = rest.number(option, 1, 10_000)
        elif option == "--filter":
            options.filter = rest.value(option, "a regular expression")
        elif option == "--output":
            options.output = rest.value(option, "a folder")
        elif option == "--from":
            options.sources.append(rest.value(option, "a file of results"))
        elif option == "--compare":
            options.compare = (rest.value(option, "two names"), rest.value(option, "two names"))
        else:
            raise BadInput(f"{option}: there is no such option; script/bench --help lists those that there are")
    if options.is_quick:
        options.passes, options.round_ms = 7, 40
    for name, value in given.items():
        setattr(options, name, value)
    return options

"""The process in which a photo is drawn: it can do nothing else, takes what it is given, and is gone afterwards."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.messengers.contract import DeliveryError, Trouble
from bot.messengers.photos import LARGEST_BYTES, PhotoError, strip
from bot.messengers.photos import child as its
from bot.messengers.photos import process as drawing
from bot.messengers.photos.process import strip_apart
from tests.messengers.bombs import KINDS, Dice
from tests.messengers.test_photos import picture
from tests.patience import PATIENCE
from tests.processes import running
from tests.talk import ROOT

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
PHOTO = picture("JPEG")
FOR_EVER = "import time\nwhile True: time.sleep(1)"
THE_REAL_ONE = f"""import sys
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("child", {drawing._CHILD!r})
child = module_from_spec(spec)
spec.loader.exec_module(child)
child._find_code()
from bot.messengers import photos
{{change}}
sys.exit(child.main())"""

Become = Callable[[str], Path]


@pytest.fixture
def become(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Become:
    """Puts another program in the place of the child's."""

    def write(program: str) -> Path:
        path = tmp_path / "child.py"
        path.write_text(program)
        monkeypatch.setattr(drawing, "_CHILD", str(path))
        return path

    return write


def wait_until(is_so: Callable[[], object], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_photo_is_drawn_as_it_is_in_this_process(kind: str) -> None:
    data = picture(kind)
    assert await strip_apart(data) == strip(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "MPO"])
async def test_it_stands_upright_there_too(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    more: dict[str, Any] = {"save_all": True, "append_images": [Image.new("RGB", (60, 40))]} if kind == "MPO" else {}
    clean = await strip_apart(picture(kind, (60, 40), exif=exif.tobytes(), **more))
    assert Image.open(io.BytesIO(clean)).size == (40, 60)


@pytest.mark.parametrize("data", [b"", b"no picture", PHOTO[:200], picture("GIF"), b"x" * (LARGEST_BYTES + 1)])
async def test_what_is_no_photo_is_refused_for_good(data: bytes) -> None:
    with pytest.raises(PhotoError):
        await strip_apart(data)


# what goes wrong


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.abort()",
        "import sys; sys.exit(1)",
        "import no_such_module",
        "import os; os.write(1, b'half a picture'); os.abort()",
        "import os, sys\nsys.stdin.buffer.read()\nwhile True: os.write(1, b'x' * 100_000)",
        "",
    ],
)
async def test_a_drawing_that_breaks_may_be_tried_again(become: Become, program: str) -> None:
    path = become(program or "import sys; sys.stdin.buffer.read(); sys.exit(7)")
    with pytest.raises(DeliveryError) as caught:
        await strip_apart(os.urandom(LARGEST_BYTES))
    assert caught.value.trouble is Trouble.UNDRAWN
    assert running(path) == []


@on_linux
async def test_one_that_takes_too_long_is_killed(become: Become, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "LONGEST_SECONDS", 1.0)
    path = become("import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + FOR_EVER)
    with pytest.raises(DeliveryError) as caught:
        await strip_apart(PHOTO)
    assert caught.value.trouble is Trouble.UNDRAWN
    assert running(path) == []


async def test_one_that_uses_up_its_processor_time_is_no_photo(become: Become) -> None:
    become(THE_REAL_ONE.format(change="child.CPU_SECONDS = 1; photos.is_bounded = lambda data: True"))
    with pytest.raises(PhotoError):
        await strip_apart(KINDS["scans"](Dice(3)))


async def test_one_that_needs_more_memory_than_there_is_is_no_photo(become: Become) -> None:
    become(THE_REAL_ONE.format(change="child.MEMORY = 200 << 20"))
    with pytest.raises(PhotoError):
        await strip_apart(picture("PNG", (6000, 6000)))


@on_linux
async def test_a_drawing_that_is_cancelled_is_killed(become: Become) -> None:
    path = become(FOR_EVER)
    drawing = asyncio.create_task(strip_apart(PHOTO))
    while not running(path):  # noqa: ASYNC110 (a process tells nobody that it is there)
        await asyncio.sleep(0.01)
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
    assert running(path) == []


@on_linux
@pytest.mark.parametrize("is_busy", [True, False])
def test_none_is_left_behind_when_the_bot_is_killed(tmp_path: Path, *, is_busy: bool) -> None:
    """Neither one that computes nor one that sleeps."""
    work = "while True: pass" if is_busy else FOR_EVER
    path = tmp_path / "child.py"
    path.write_text(
        THE_REAL_ONE.format(change="def strip(data):\n    " + work.replace("\n", "\n    ") + "\nphotos.strip = strip")
    )
    bot = tmp_path / "killed.py"
    bot.write_text(
        f"import asyncio, sys; sys.path.append({str(ROOT)!r})\n"
        "from bot.messengers.photos import process\n"
        f"process._CHILD = {str(path)!r}\n"
        "asyncio.run(process.strip_apart(b'photo'))"
    )
    with subprocess.Popen([sys.executable, str(bot)]) as process:
        wait_until(lambda: running(path))
        process.send_signal(signal.SIGKILL)
    wait_until(lambda: not running(path), 3)


# what it may


FORBIDDEN = """
import io, os, socket, subprocess

def opens(): open('/etc/hostname')
def writes(): open('/tmp/photo', 'w')
def connects(): socket.create_connection(('127.0.0.1', 9))
def listens(): socket.socket(socket.AF_UNIX)
def runs(): subprocess.run(['/bin/true'])

def strip(data):
    done = []
    for act in (opens, writes, connects, listens, runs):
        try:
            act()
        except OSError:
            continue
        done.append(act.__name__)
    return repr((done, dict(os.environ))).encode()
photos.strip = strip
"""


@on_linux
async def test_whoever_takes_it_over_can_open_nothing_and_finds_no_secret(
    become: Become, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_SECRET_KEY", "planted")
    become(THE_REAL_ONE.format(change=FORBIDDEN))
    done, environment = eval(await strip_apart(b"photo"))
    assert done == []
    assert set(environment) <= {"LC_CTYPE", "LD_LIBRARY_PATH"}


@on_linux
async def test_it_has_its_limits_before_it_reads_the_first_byte() -> None:
    with open("/dev/null", "rb") as other:  # noqa: ASYNC230 (a descriptor that must not be handed on)
        os.set_inheritable(other.fileno(), True)
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", drawing._CHILD, str(os.getpid())),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
    found = Path(f"/proc/{child.pid}")
    wait_until(lambda: "Max open files            0 " in (found / "limits").read_text())
    limits = {line[:26].strip(): line[26:].split()[0] for line in (found / "limits").read_text().splitlines()[1:]}
    assert limits["Max cpu time"] == str(its.CPU_SECONDS)
    assert limits["Max address space"] == str(its.MEMORY)
    assert [limits[f"Max {name}"] for name in ("file size", "core file size", "processes", "open files")] == ["0"] * 4
    assert sorted(os.listdir(found / "fd")) == ["0", "1", "2"]
    assert (found / "oom_score_adj").read_text() == "1000\n"
    assert os.getpriority(os.PRIO_PROCESS, child.pid) > os.getpriority(os.PRIO_PROCESS, 0)
    clean, _ = await child.communicate(PHOTO)
    assert clean == strip(PHOTO)


async def test_it_knows_nothing_of_the_house_but_how_a_photo_is_drawn(become: Become) -> None:
    """Else it would take long to begin, and a hole in a decoder would have more to play with."""
    become(THE_REAL_ONE.format(change="photos.strip = lambda data: ' '.join(sys.modules).encode()"))
    modules = (await strip_apart(b"photo")).decode().split()
    ours = {name for name in modules if name.startswith(("bot", "handlers"))}
    assert ours <= {"bot", "bot.messengers", "bot.messengers.photos", "bot.messengers.photos.bounds"}
    assert not {"asyncio", "pydantic", "sqlalchemy", "telegram", "signalbot", "aiohttp"} & set(modules)


# beside others


async def test_photos_are_drawn_one_at_a_time_and_in_turn(become: Become, tmp_path: Path) -> None:
    become(
        "import os, sys, time\n"
        f"log = open({str(tmp_path / 'log')!r}, 'a')\n"
        "name = sys.stdin.read()\n"
        "for word in ('begins', 'ends'):\n"
        "    print(name, word, file=log, flush=True); time.sleep(0.1)"
    )
    await asyncio.gather(*(strip_apart(str(number).encode()) for number in range(4)))
    expected = [f"{number} {word}" for number in range(4) for word in ("begins", "ends")]
    assert (tmp_path / "log").read_text().splitlines() == expected


async def test_it_takes_no_thread_of_those_that_resolve_names(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object) -> None:
        raise AssertionError("a thread was asked for")

    monkeypatch.setattr(asyncio.get_running_loop(), "run_in_executor", refuses)
    assert await strip_apart(PHOTO)

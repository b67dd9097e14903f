"""Papermill engines that meter what cells put out: one in this process, one with a real kernel.

In this process only the wire is replaced: messages come from ipykernel's own shell, display hook
and publisher, and nbclient's own ``process_message`` turns them into outputs, so neither side is
imitated. Importing this module registers the engines as :data:`IN_PROCESS` and :data:`STOCK`.
"""

import io
import os
import sys
import tempfile
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NoReturn

from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from IPython.core.pylabtools import activate_matplotlib
from jupyter_client.session import Session
from matplotlib_inline.backend_inline import configure_inline_support
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines
from traitlets.config import Config

from analysis.runs.execution.limits import OutputMeter
from analysis.study.errors import MachineError

IN_PROCESS = "in-process"
STOCK = "stock"

_INLINE = "module://matplotlib_inline.backend_inline"
_OUTPUTS = {"stream", "display_data", "update_display_data", "execute_result", "error"}
_KERNEL_START_SECONDS = 25
_LONG_TEXT = 100_000  # characters that wait for no flush

Message = dict[str, Any]


class InProcessEngine(Engine):
    """Runs a notebook's cells in one fresh IPython shell of the current process.

    For a process that does nothing else: the shell replaces ``__main__`` and the standard
    streams, and a process has one shell in its life.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        _kernel_name: str,
        *,
        meter: OutputMeter,
        on_cell_start: Callable[..., object] | None = None,
        **_for_real_kernels: object,
    ) -> None:
        """Run cells up to the first error, recording in ``nb_man``.

        Args:
            nb_man: papermill's record of the notebook and of how far it got.
            meter: counts what the cells put out.
            on_cell_start: called with ``cell`` and ``cell_index`` before each cell.

        Raises:
            MachineError: this process has an IPython shell already.
        """
        client = _InProcessClient(nb_man, on_cell_start=on_cell_start)
        client.meter = meter
        client.execute()


class StockEngine(Engine):
    """Runs a notebook in a Jupyter kernel, as papermill does."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        meter: OutputMeter,
        on_cell_start: Callable[..., object] | None = None,
        **_for_papermill: object,
    ) -> None:
        """As :class:`InProcessEngine`.

        Raises:
            MachineError: no kernel starts.
        """
        client = _MeteredClient(
            nb_man,
            kernel_name=kernel_name,
            startup_timeout=_KERNEL_START_SECONDS,
            on_cell_start=on_cell_start,
            # Sockets in the current folder, which is the process's own: ports would collide.
            config=Config({"KernelManager": {"transport": "ipc"}}),
        )
        client.meter = meter
        try:
            client.execute()
        except (RuntimeError, OSError) as error:  # nbclient's words for a kernel that is not there
            if client.code_cells_executed:
                raise
            raise MachineError(f"no kernel starts under {sys.executable}: {error}") from error


papermill_engines.register(IN_PROCESS, InProcessEngine)
papermill_engines.register(STOCK, StockEngine)


class _MeteredClient(PapermillNotebookClient):
    """Papermill's client, counting what arrives from the cells."""

    meter: OutputMeter

    def process_message(
        self, msg: Message, cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        if msg["msg_type"] in _OUTPUTS:
            self.meter.count(len(str(msg["content"])))
        output: NotebookNode | None = super().process_message(msg, cell, cell_index)
        return output


class _InProcessClient(_MeteredClient):
    """Papermill's client with a shell in place of the kernel."""

    def execute(self, **_ignored: object) -> NotebookNode:
        self.reset_execution_trackers()
        with _fresh_shell(self._receive) as self._shell:
            self.papermill_execute_cells()
        self.nb.metadata["language_info"] = IPythonKernel.language_info
        self.set_widgets_metadata()
        notebook: NotebookNode = self.nb
        return notebook

    def execute_cell(self, cell: NotebookNode, cell_index: int, **_ignored: object) -> NotebookNode:
        if self.on_cell_start is not None:
            self.on_cell_start(cell=cell, cell_index=cell_index)
        if cell.cell_type != "code" or not cell.source.strip():
            return cell
        self._current = (cell, cell_index)
        self.clear_before_next_output = False
        cell.execution_count = self._shell.execution_count
        result = self._shell.run_cell(cell.source, store_history=True)
        sys.stdout.flush()
        sys.stderr.flush()
        reply = _failure(self._shell, result)
        if reply is not None and "raises-exception" not in cell.metadata.get("tags", []):
            raise CellExecutionError.from_cell_and_msg(cell, reply)
        return cell

    def _receive(self, message: Message) -> None:
        self.process_message(message, *self._current)


def _failure(shell: Any, result: ExecutionResult) -> Message | None:
    """What a kernel would reply about a failed cell.

    None for a cell that succeeded.
    """
    # The flag is ipykernel's, read there for the same reply: a repr of the last value raised.
    if result.success and not shell._last_traceback_during_displayhook:  # noqa: SLF001
        return None
    error = result.error_before_exec or result.error_in_exec
    return {"ename": type(error).__name__, "evalue": str(error), "traceback": []}


@contextmanager
def _fresh_shell(receive: Callable[[Message], None]) -> Iterator[Any]:
    """The shell of a kernel, its messages handed to ``receive``.

    Streams are ours meanwhile.
    """
    if InteractiveShell.initialized():
        raise MachineError("this process has an IPython shell already; run the report in a child")
    session = _Session(receive)
    # The class itself, not a subclass: libraries recognise a notebook by its name.
    shell: Any = ZMQInteractiveShell.instance(
        compiler_class=XCachingCompiler,
        config=Config({"HistoryManager": {"enabled": False}}),
    )
    shell.displayhook.session = shell.display_pub.session = session
    shell.enable_gui = lambda *_: None  # without a kernel there is no event loop to join
    shell.ask_exit = _refuse_exit
    _show_figures_inline(shell)
    _show_wide_frames()
    with ExitStack() as streams:
        for descriptor, name in ((1, "stdout"), (2, "stderr")):
            streams.enter_context(_captured(name, descriptor, session))
        yield shell


def _refuse_exit() -> NoReturn:
    """``quit()`` in a cell: half a report is a failed report."""
    raise SystemExit("quit() in a report")


def _show_figures_inline(shell: Any) -> None:
    """What importing pyplot does in a kernel.

    Here it was imported before there was a shell.
    """
    activate_matplotlib(_INLINE)
    configure_inline_support(shell, _INLINE)


def _show_wide_frames() -> None:
    """Undo the terminal width that pandas assumes outside a shell."""
    if pandas := sys.modules.get("pandas"):
        pandas.set_option("display.max_columns", 20)  # its default in a kernel


class _Session(Session):
    """Jupyter's message factory with a function for its socket."""

    def __init__(self, receive: Callable[[Message], None]) -> None:
        super().__init__(key=b"")
        self._receive = receive

    def send(  # type: ignore[override]
        self,
        _stream: object,
        msg_or_type: Message | str,
        content: Message | None = None,
        parent: Message | None = None,
        **_ignored: object,
    ) -> Message:
        """Deliver a message as it would arrive: its content went through JSON."""
        message = msg_or_type
        if isinstance(message, str):
            message = self.msg(message, content, parent)
        self._receive({**message, "content": self.unpack(self.pack(message["content"]))})
        return message


@contextmanager
def _captured(name: str, descriptor: int, session: Session) -> Iterator[None]:
    """Send what is written to a standard stream as messages."""
    getattr(sys, name).flush()
    original, kept = getattr(sys, name), os.dup(descriptor)
    with tempfile.TemporaryFile(buffering=0) as below:
        os.dup2(below.fileno(), descriptor)
        setattr(sys, name, _Stream(name, below.fileno(), session))
        try:
            yield
        finally:
            setattr(sys, name, original)
            os.dup2(kept, descriptor)
            os.close(kept)


class _Stream(io.TextIOBase):
    """A cell's ``sys.stdout`` or ``sys.stderr``, sent when flushed.

    Text that libraries and subprocesses write to the descriptor joins in the order of writing.
    """

    encoding = "UTF-8"

    def __init__(self, name: str, below: int, session: Session) -> None:
        self.name = name
        self._below = below
        self._seen = 0
        self._waiting: list[str] = []
        self._length = 0
        self._session = session
        self._decoder = getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._take_from_below()
        self._waiting.append(text)
        self._length += len(text)
        if self._length > _LONG_TEXT:  # an endless print must meet its limit
            self.flush()
        return len(text)

    def flush(self) -> None:
        self._take_from_below()
        text, self._waiting, self._length = "".join(self._waiting), [], 0
        if text:
            self._session.send(None, "stream", {"name": self.name, "text": text})

    def _take_from_below(self) -> None:
        while chunk := os.pread(self._below, 1 << 16, self._seen):
            self._seen += len(chunk)
            self._waiting.append(self._decoder.decode(chunk))

//! A recogniser's process.
//!
//! In: lines for its standard input. Out: lines of its standard output, each
//! bounded in length and time. Two threads read and write, so that neither side
//! waits for the other; they end with the process.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use super::RecogniserError;

/// Longest answer, in bytes, and most that wait to be read.
const LONGEST: usize = 4 << 20;
const WAITING: usize = 2;
/// How long it may take to be gone once its output has ended.
const LEAVE: Duration = Duration::from_millis(500);
/// What shells say of a command they do not know.
const UNKNOWN: i32 = 127;

type Line = Result<Vec<u8>, RecogniserError>;

/// A command that runs.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    questions: Sender<Vec<u8>>,
    answers: Receiver<Line>,
}

impl Process {
    pub(super) fn start(command: &str) -> Result<Self, RecogniserError> {
        let mut shell = shell();
        let spawned = shell
            .arg(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = spawned.map_err(RecogniserError::Start)?;
        let (questions, to_write) = mpsc::channel();
        // Bounded: who answers more than is asked has to wait.
        let (to_read, answers) = mpsc::sync_channel(WAITING);
        if let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) {
            thread::spawn(move || write(stdin, &to_write));
            thread::spawn(move || read(stdout, &to_read));
        }
        Ok(Self {
            child,
            questions,
            answers,
        })
    }

    /// Ask; that nobody reads it shows when there is no answer.
    pub(super) fn send(&mut self, line: Vec<u8>) {
        let _ended = self.questions.send(line);
    }

    /// The next line, without its end.
    pub(super) fn receive(&mut self, timeout: Duration) -> Line {
        match self.answers.recv_timeout(timeout) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => Err(RecogniserError::Slow(timeout)),
            Err(RecvTimeoutError::Disconnected) => Err(self.ended()),
        }
    }

    /// Its output has ended: how did it?
    fn ended(&mut self) -> RecogniserError {
        let start = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) if status.code() == Some(UNKNOWN) => {
                    return RecogniserError::Unknown;
                }
                Ok(Some(status)) => return RecogniserError::Ended(status.code()),
                Ok(None) if start.elapsed() < LEAVE => thread::sleep(Duration::from_millis(5)),
                _ => return RecogniserError::Ended(None),
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be gone already; both only make sure of it.
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

#[cfg(not(windows))]
fn shell() -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c");
    shell
}

#[cfg(windows)]
fn shell() -> Command {
    let mut shell = Command::new("cmd");
    shell.arg("/C");
    shell
}

/// Write until nobody reads or nothing more comes.
fn write(mut stdin: ChildStdin, lines: &Receiver<Vec<u8>>) {
    for line in lines {
        if stdin.write_all(&line).and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}

/// Read lines until the output ends or one is too long.
fn read(stdout: ChildStdout, lines: &SyncSender<Line>) {
    let mut output = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        let most = LONGEST as u64 + 1;
        let read = output.by_ref().take(most).read_until(b'\n', &mut line);
        let line = match read {
            Ok(0) => return,
            Ok(_) if line.last() == Some(&b'\n') => {
                line.pop();
                Ok(line)
            }
            Ok(_) if line.len() > LONGEST => Err(RecogniserError::Long(LONGEST)),
            // The last line has no end: the answer may be cut.
            Ok(_) => return,
            Err(error) => Err(RecogniserError::Read(error)),
        };
        let failed = line.is_err();
        if lines.send(line).is_err() || failed {
            return;
        }
    }
}

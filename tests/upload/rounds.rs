//! `--every`: each round swept.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::stage::{Stage, token};

/// A run whose stderr is waited on, line by line.
struct Loop {
    child: Child,
    lines: std::sync::mpsc::Receiver<String>,
}

impl Loop {
    fn start(stage: &Stage, words: &[&str]) -> Self {
        let mut command = stage.command();
        command
            .args(words)
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for line in stderr.lines() {
                if sender.send(line.unwrap()).is_err() {
                    break;
                }
            }
        });
        Self { child, lines }
    }

    /// The first line that holds `end`, or a panic after a while.
    fn wait(&self, end: &str) -> String {
        let late = Instant::now() + Duration::from_secs(60);
        loop {
            let left = late.saturating_duration_since(Instant::now());
            let line = self
                .lines
                .recv_timeout(left)
                .unwrap_or_else(|_| panic!("no `{end}`"));
            if line.contains(end) {
                return line;
            }
        }
    }

    fn interrupt(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &id])
                .status()
                .unwrap()
                .success()
        );
        self.wait("stopped after round");
        self.child.wait().unwrap().code()
    }
}

#[test]
fn every_round_is_swept_and_only_changes_are_uploaded() {
    let stage = Stage::with(&["a.txt"]);
    let running = Loop::start(&stage, &["user/m", "tree", "--every", "0.02", "--json"]);
    running.wait("round 1: uploaded");
    running.wait(": nothing changed, nothing to send");
    stage.write("leak.env", format!("T={}", token()));
    running.wait(": not uploaded, the next one tries again");
    fs::remove_file(stage.tree().join("leak.env")).unwrap();
    stage.write("b.txt", "more");
    running.wait(": uploaded");
    running.wait(": nothing changed, nothing to send");
    assert_eq!(running.interrupt(), Some(130));
    let call = ["upload", "user/m", "tree", "--json"];
    assert_eq!(stage.calls(), [call, call]);
}

//! One document of JSON, or many?
//!
//! The first bytes enter; whether a second document follows the first leaves.

/// Front that is looked at for a second document.
pub(super) const FRONT: usize = 1 << 20;

/// Tells whether a second document follows the first, as in JSON Lines.
#[derive(Debug, Default)]
pub(super) struct Shape {
    depth: u64,
    quoted: bool,
    escaped: bool,
    begun: bool,
    /// The first document is over.
    over: bool,
    lines: bool,
}

impl Shape {
    /// Takes the next bytes; true once they tell.
    pub(super) fn tells(&mut self, bytes: &[u8]) -> bool {
        for &byte in bytes {
            if self.quoted {
                // A string ends with its line, like in the reader.
                self.quoted = byte != b'\n' && (byte != b'"' || self.escaped);
                self.escaped = byte == b'\\' && !self.escaped;
                continue;
            }
            if byte == b'\n' {
                self.over |= self.begun && self.depth == 0;
                continue;
            }
            if byte <= b' ' {
                continue;
            }
            if self.over {
                self.lines = true;
                return true;
            }
            self.begun = true;
            match byte {
                b'"' => self.quoted = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.over = self.depth == 0;
                }
                _ => {}
            }
        }
        self.lines
    }

    pub(super) fn lines(&self) -> bool {
        self.lines
    }
}

//! What each opcode reads and does to the stack.

use std::io::Read;

use super::machine::Value;
use super::{Line, PickleEvent, Stop, Walk, truncated};
use crate::format::FormatError;

/// Longest module or name delivered.
const NAME: usize = 4096;

impl<R: Read> Walk<'_, '_, R> {
    /// Executes one opcode, read at `at`, on the light machine.
    pub(super) fn step(&mut self, opcode: u8, at: u64) -> Result<(), Stop> {
        match opcode {
            b'S' => self.line_text(at, Line::Quoted),
            b'V' => self.line_text(at, Line::RawUnicode),
            b'P' => self.line_text(at, Line::Plain),
            b'U' | 0x8c => self.length::<1>(at).and_then(|n| self.text(at, n)),
            b'T' => self.signed_length(at).and_then(|n| self.text(at, n)),
            b'X' => self.length::<4>(at).and_then(|n| self.text(at, n)),
            0x8d => self.length::<8>(at).and_then(|n| self.text(at, n)),
            b'C' => self.length::<1>(at).and_then(|n| self.bytes(at, n)),
            b'B' => self.length::<4>(at).and_then(|n| self.bytes(at, n)),
            0x8e | 0x96 => self.length::<8>(at).and_then(|n| self.bytes(at, n)),
            b'F' | b'I' | b'L' => self.line(at, 0).map(|_| self.machine.push(Value::Other)),
            b'K' => self.number(at, 1),
            b'M' => self.number(at, 2),
            b'J' => self.number(at, 4),
            b'G' => self.number(at, 8),
            0x8a => self.length::<1>(at).and_then(|n| self.number(at, n)),
            0x8b => self.signed_length(at).and_then(|n| self.number(at, n)),
            0x80 => self.pass(at, 1),
            0x95 => self.pass(at, 8),
            b'c' | b'i' => self.named_global(opcode, at),
            0x93 => self.stack_global(at),
            0x82 => self.pass(at, 1).and_then(|()| self.global(at, None, None)),
            0x83 => self.pass(at, 2).and_then(|()| self.global(at, None, None)),
            0x84 => self.pass(at, 4).and_then(|()| self.global(at, None, None)),
            b'p' | b'g' => self.memo_line(opcode, at),
            b'q' => self.length::<1>(at).map(|i| self.machine.put(Some(i))),
            b'r' => self.length::<4>(at).map(|i| self.machine.put(Some(i))),
            b'h' => self.length::<1>(at).map(|i| self.machine.get(i)),
            b'j' => self.length::<4>(at).map(|i| self.machine.get(i)),
            _ => self.rearrange(opcode, at),
        }
    }

    /// The opcodes without an argument.
    fn rearrange(&mut self, opcode: u8, at: u64) -> Result<(), Stop> {
        let machine = &mut self.machine;
        match opcode {
            b'(' => machine.push(Value::Mark),
            b'0' => drop(machine.pop()),
            b'1' | b'e' | b'u' | 0x90 => machine.pop_to_mark(),
            b'2' => machine.duplicate(),
            b'N' | b')' | 0x88 | 0x89 | 0x97 => machine.push(Value::Other),
            b'}' => machine.push(Value::Dict),
            b']' | 0x8f => machine.push(Value::List),
            b'a' | b'b' => drop(machine.pop()),
            b's' => drop((machine.pop(), machine.pop())),
            b'd' | b'l' | b't' | b'o' | 0x91 => {
                machine.pop_to_mark();
                machine.push(match opcode {
                    b'd' => Value::Dict,
                    b'l' => Value::List,
                    _ => Value::Other,
                });
            }
            b'R' | 0x81 => machine.call(1),
            0x92 => machine.call(2),
            b'Q' | 0x85 => machine.replace(1, Value::Other),
            0x86 => machine.replace(2, Value::Other),
            0x87 => machine.replace(3, Value::Other),
            0x94 => machine.put(None),
            0x98 => {}
            _ => {
                let what = "pickle opcode";
                return Err(FormatError::Malformed { what, offset: at }.into());
            }
        }
        Ok(())
    }

    /// A little-endian length or index of `N` bytes.
    fn length<const N: usize>(&mut self, at: u64) -> Result<u64, Stop> {
        let bytes: [u8; N] = self.input.array()?.ok_or_else(|| truncated(at))?;
        let fold = |value, &byte: &u8| (value << 8) | u64::from(byte);
        Ok(bytes.iter().rev().fold(0, fold))
    }

    fn signed_length(&mut self, at: u64) -> Result<u64, Stop> {
        let length = self.length::<4>(at)?;
        if length > i32::MAX as u64 {
            let what = "pickle length";
            return Err(FormatError::Malformed { what, offset: at }.into());
        }
        Ok(length)
    }

    fn pass(&mut self, at: u64, n: u64) -> Result<(), Stop> {
        if self.input.skip(n)? == n {
            Ok(())
        } else {
            Err(truncated(at))
        }
    }

    fn number(&mut self, at: u64, bytes: u64) -> Result<(), Stop> {
        self.pass(at, bytes)?;
        self.machine.push(Value::Other);
        Ok(())
    }

    /// PUT and GET with a decimal index. An index that is no number leads
    /// nowhere, like one that was never stored.
    fn memo_line(&mut self, opcode: u8, at: u64) -> Result<(), Stop> {
        let line = self.line(at, 32)?;
        let index = line.and_then(|line| line.trim().parse().ok());
        let index = index.unwrap_or(u64::MAX);
        match opcode {
            b'p' => self.machine.put(Some(index)),
            _ => self.machine.get(index),
        }
        Ok(())
    }

    /// GLOBAL and INST: the names stand in the stream.
    fn named_global(&mut self, opcode: u8, at: u64) -> Result<(), Stop> {
        let module = self.line(at, NAME)?;
        let name = self.line(at, NAME)?;
        if opcode == b'i' {
            self.machine.pop_to_mark();
        }
        self.global(at, module.as_deref(), name.as_deref())?;
        if opcode == b'i' {
            // An instance stands on the stack, not its class.
            self.machine.replace(1, Value::Other);
        }
        Ok(())
    }

    /// `STACK_GLOBAL`: the names stand on the stack.
    fn stack_global(&mut self, at: u64) -> Result<(), Stop> {
        let text = |value| match value {
            Value::Text(text) => Some(text),
            _ => None,
        };
        let name = text(self.machine.pop());
        let module = text(self.machine.pop());
        self.global(at, module.as_deref(), name.as_deref())
    }

    fn global(&mut self, at: u64, module: Option<&str>, name: Option<&str>) -> Result<(), Stop> {
        let last = name.unwrap_or_default().to_ascii_lowercase();
        let makes_dict = last.contains("dict") || last == "counter";
        self.machine.push(match (module, name) {
            (Some("_codecs"), Some("encode")) => Value::Encoder,
            _ => Value::Global { makes_dict },
        });
        self.send(PickleEvent::Global {
            offset: at,
            module,
            name,
        })
    }
}

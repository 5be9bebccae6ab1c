//! What each opcode reads and does to the stack.

use std::io::Read;

use super::event::Opcode;
use super::value::Value;
use super::{Line, Stop, Walk, truncated};
use crate::format::FormatError;

/// The number legacy torch files begin with, as LONG1 writes it.
const TORCH_MAGIC: &[u8] = b"\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";

impl<R: Read> Walk<'_, '_, R> {
    /// Executes one opcode, read at `at`, on the symbolic machine.
    pub(super) fn step(&mut self, opcode: u8, at: u64) -> Result<(), Stop> {
        match opcode {
            b'S' => self.line_text(at, Line::Quoted),
            b'V' => self.line_text(at, Line::RawUnicode),
            b'P' => self.line_text(at, Line::Plain).map(|()| {
                let id = self.machine.pop();
                self.machine.push(persistent(&id));
            }),
            b'U' | 0x8c => self.length::<1>(at).and_then(|n| self.text(at, n)),
            b'T' => self.signed_length(at).and_then(|n| self.text(at, n)),
            b'X' => self.length::<4>(at).and_then(|n| self.text(at, n)),
            0x8d => self.length::<8>(at).and_then(|n| self.text(at, n)),
            b'C' => self.length::<1>(at).and_then(|n| self.bytes(at, n)),
            b'B' => self.length::<4>(at).and_then(|n| self.bytes(at, n)),
            0x8e | 0x96 => self.length::<8>(at).and_then(|n| self.bytes(at, n)),
            b'I' | b'L' => self.integer_line(at),
            b'F' => self.line(at, 0).map(|_| self.machine.push(Value::Other)),
            b'K' => self
                .length::<1>(at)
                .map(|n| self.integer(i64::from(n as u16))),
            b'M' => self
                .length::<2>(at)
                .map(|n| self.integer(i64::from(n as u16))),
            b'J' => self
                .length::<4>(at)
                .map(|n| self.integer(i64::from(n as i32))),
            b'G' => self.pass(at, 8).map(|()| self.machine.push(Value::Other)),
            0x8a => self.length::<1>(at).and_then(|n| self.long(at, n)),
            0x8b => self.signed_length(at).and_then(|n| self.long(at, n)),
            0x80 => self.pass(at, 1),
            0x95 => self.pass(at, 8),
            b'c' | b'i' => self.named_global(opcode, at),
            0x93 => self.stack_global(at),
            0x82 => self.length::<1>(at).and_then(|n| self.extension(at, n)),
            0x83 => self.length::<2>(at).and_then(|n| self.extension(at, n)),
            0x84 => self.length::<4>(at).and_then(|n| self.extension(at, n)),
            b'p' | b'g' => self.memo_line(opcode, at),
            b'q' => self.length::<1>(at).map(|i| self.machine.put(Some(i))),
            b'r' => self.length::<4>(at).map(|i| self.machine.put(Some(i))),
            b'h' => self.length::<1>(at).map(|i| self.machine.get(i)),
            b'j' => self.length::<4>(at).map(|i| self.machine.get(i)),
            b'R' => self.call_top(at, Opcode::Reduce),
            0x81 => self.call_top(at, Opcode::NewObj),
            0x92 => self.call_top(at, Opcode::NewObjEx),
            b'o' => self.call_marked(at),
            b'b' => self.build(at),
            b'e' | 0x90 => {
                let object = self.machine.below_mark().cloned();
                self.append(at, object.as_ref())?;
                self.machine.grow_below_mark();
                Ok(())
            }
            b'a' => {
                let object = self.machine.below_top().cloned();
                self.append(at, object.as_ref())?;
                self.machine.grow_by(1);
                Ok(())
            }
            _ => self.rearrange(opcode, at),
        }
    }

    /// The opcodes that neither read an argument nor act.
    fn rearrange(&mut self, opcode: u8, at: u64) -> Result<(), Stop> {
        let machine = &mut self.machine;
        match opcode {
            b'(' => machine.push(Value::Mark),
            b'0' => drop(machine.pop()),
            b'1' => machine.drop_to_mark(),
            b'2' => machine.duplicate(),
            b'N' => machine.push(Value::Constant("None")),
            0x88 => machine.push(Value::Constant("True")),
            0x89 => machine.push(Value::Constant("False")),
            // A buffer that travels outside of the stream.
            0x97 => machine.push(Value::Other),
            // It makes the buffer on top read-only.
            0x98 => {}
            b')' => machine.tuple(0),
            b'}' => machine.push(Value::dict(&[])),
            b']' | 0x8f => machine.push(Value::list(&[])),
            b'u' => machine.grow_below_mark(),
            b's' => machine.grow_by(2),
            b'd' | b'l' | b't' | 0x91 => {
                let items = machine.marked();
                let made = match opcode {
                    b'd' => Value::dict(items),
                    b't' => Value::tuple(items),
                    _ => Value::list(items),
                };
                machine.drop_to_mark();
                machine.push(made);
            }
            b'Q' => {
                let id = machine.pop();
                machine.push(persistent(&id));
            }
            0x85 => machine.tuple(1),
            0x86 => machine.tuple(2),
            0x87 => machine.tuple(3),
            0x94 => machine.put(None),
            _ => {
                let what = "pickle opcode";
                return Err(FormatError::Malformed { what, offset: at }.into());
            }
        }
        Ok(())
    }

    fn integer(&mut self, number: i64) {
        self.machine.push(Value::Int(number));
    }

    /// A little-endian number of `N` bytes.
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

    /// LONG1 and LONG4, of which only small ones matter.
    fn long(&mut self, at: u64, bytes: u64) -> Result<(), Stop> {
        let held = self.input.lookahead(bytes.min(16) as usize)?;
        let value = match held {
            TORCH_MAGIC => Value::TorchMagic,
            _ if held.len() as u64 == bytes && bytes <= 8 => {
                let sign = held.last().is_some_and(|byte| byte & 0x80 != 0);
                let start = if sign { -1 } else { 0 };
                let fold = |value: i64, &byte: &u8| (value << 8) | i64::from(byte);
                Value::Int(held.iter().rev().fold(start, fold))
            }
            _ => Value::Other,
        };
        self.pass(at, bytes)?;
        self.machine.push(value);
        Ok(())
    }

    /// INT and LONG of protocol 0: decimal digits, `01` for `True`.
    fn integer_line(&mut self, at: u64) -> Result<(), Stop> {
        let line = self.line(at, 24)?;
        let number = line
            .as_deref()
            .map(|line| line.trim().trim_end_matches('L'));
        self.machine.push(match number {
            Some("00") => Value::Constant("False"),
            Some("01") => Value::Constant("True"),
            Some(digits) => digits.parse().map_or(Value::Other, Value::Int),
            None => Value::Other,
        });
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
}

/// What a loader makes of a persistent id. Legacy torch files name the classes
/// of modules so, `("module", class, file, source)`.
fn persistent(id: &Value) -> Value {
    match id.parts() {
        [Value::Text(kind), class @ Value::Global(_), ..] if **kind == *"module" => class.clone(),
        _ => Value::Persistent,
    }
}

//! Arrays that joblib writes between the opcodes.
//!
//! The object that stands for an array, and its state, enter. The array's bytes
//! behind the opcode are passed over without being read, or walked where they
//! are a pickle themselves.

use std::io::Read;
use std::mem;

use super::event::PickleEvent;
use super::value::{Made, Value};
use super::{Stop, Walk, truncated};
use crate::format::FormatError;

/// How deep pickles of arrays of objects may nest.
const DEEPEST: u8 = 8;

/// Most arrays whose bytes are looked at a second time.
const DOUBTFUL: usize = 4096;

impl<R: Read> Walk<'_, '_, R> {
    /// Passes the data of the array that `object` stands for, once `state` is
    /// complete; does nothing after any other object.
    pub(super) fn array_behind(
        &mut self,
        at: u64,
        object: &Value,
        state: &Value,
    ) -> Result<(), Stop> {
        let Value::Made(made) = object else {
            return Ok(());
        };
        if is_dtype(made) {
            made.holds_objects.set(has_objects(state));
            return Ok(());
        }
        if !is_wrapper(made) {
            return Ok(());
        }
        let Some(dtype) = state.entry("dtype").and_then(Dtype::of) else {
            let what = "pickled array of an unknown type";
            return Err(FormatError::Unsupported { what }.into());
        };
        match dtype {
            Dtype::Objects => self.inner_stream(),
            Dtype::Plain(size) => {
                let count = elements(state.entry("shape"));
                let Some(length) = count.and_then(|count| count.checked_mul(size)) else {
                    let what = "pickled array of an unknown shape";
                    return Err(FormatError::Unsupported { what }.into());
                };
                let aligned = state.entry("numpy_array_alignment_bytes");
                self.pass_array(at, length, matches!(aligned, Some(Value::Int(_))))
            }
        }
    }

    /// Arrays since joblib 1.1 follow a byte that counts its padding, 1 to 16,
    /// and no opcode has such a number: a plain unpickler ends there. Without
    /// it, one that knows nothing of joblib would take the data for opcodes, so
    /// the place is noted.
    fn pass_array(&mut self, at: u64, length: u64, aligned: bool) -> Result<(), Stop> {
        if aligned {
            match self.input.peek()? {
                Some(padding @ 1..=16) => {
                    let padding = u64::from(padding) + 1;
                    if self.input.skip(padding)? < padding {
                        return Err(truncated(at));
                    }
                }
                // The walk goes on as a plain unpickler would.
                Some(_) => {
                    self.machine.fail("an array without its padding");
                    return Ok(());
                }
                None => return Err(truncated(at)),
            }
        } else if length > 0 && self.doubtful.len() < DOUBTFUL {
            self.doubtful.push(self.input.offset());
        }
        let offset = self.input.offset();
        let len = self.input.skip(length)?;
        if len > 0 {
            self.send(PickleEvent::Skipped { offset, len })?;
        }
        if len < length {
            return Err(truncated(at));
        }
        Ok(())
    }

    /// An array of objects is a pickle of its own, with its own stack and memo.
    fn inner_stream(&mut self) -> Result<(), Stop> {
        if self.depth == DEEPEST {
            let what = "pickled arrays in pickled arrays";
            return Err(FormatError::Limit { what }.into());
        }
        self.depth += 1;
        let outer = mem::take(&mut self.machine);
        let walked = self.stream();
        self.machine = outer;
        self.depth -= 1;
        walked
    }
}

/// `joblib.numpy_pickle.NumpyArrayWrapper`, also of joblib's copy in old
/// scikit-learn.
fn is_wrapper(made: &Made) -> bool {
    let mut class = made.callee.as_global();
    // How protocols 0 and 1 make an object.
    if class.is_some_and(|named| named.name.as_deref() == Some("_reconstructor")) {
        class = made.arguments.parts().first().and_then(Value::as_global);
    }
    class.is_some_and(|named| {
        let module = named.module.as_deref().unwrap_or_default();
        named.name.as_deref() == Some("NumpyArrayWrapper")
            && module.ends_with("joblib.numpy_pickle")
    })
}

fn is_dtype(made: &Made) -> bool {
    made.callee
        .as_global()
        .is_some_and(|named| named.is("numpy", "dtype"))
}

/// The last part of a dtype's state are its flags; the first says that its
/// elements are or hold objects.
fn has_objects(state: &Value) -> bool {
    matches!(state.parts(), [.., Value::Int(flags)] if flags & 1 != 0)
}

/// The elements of an array.
enum Dtype {
    /// Bytes of each.
    Plain(u64),
    Objects,
}

impl Dtype {
    /// What a pickled `numpy.dtype` says: `f8`, `U12`, `O8`.
    fn of(value: &Value) -> Option<Self> {
        let Value::Made(made) = value else {
            return None;
        };
        let (true, [Value::Text(code), ..]) = (is_dtype(made), made.arguments.parts()) else {
            return None;
        };
        let code = code.trim_start_matches(['<', '>', '=', '|']);
        let (kind, digits) = code.split_at_checked(1)?;
        if kind == "O" || made.holds_objects.get() {
            return Some(Self::Objects);
        }
        let size: u64 = digits.split('[').next()?.parse().ok()?;
        match kind {
            "U" => Some(Self::Plain(size.checked_mul(4)?)),
            "b" | "i" | "u" | "f" | "c" | "S" | "a" | "V" | "M" | "m" => Some(Self::Plain(size)),
            _ => None,
        }
    }
}

/// Number of elements of a shape.
fn elements(shape: Option<&Value>) -> Option<u64> {
    let Some(Value::Tuple(shape)) = shape else {
        return None;
    };
    let mut count = 1u64;
    for length in &shape.items {
        let Value::Int(length) = length else {
            return None;
        };
        count = count.checked_mul(u64::try_from(*length).ok()?)?;
    }
    Some(count)
}

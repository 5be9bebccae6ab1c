//! The verdict on one use of a name.
//!
//! In: what a pickle imports or calls, and what the lists say of it. Out:
//! whether that is harmless, suspicious or dangerous, and how bad.

use super::lists::{Name, Standing};
use crate::blob::{Opcode, Operand, Subject, Use};
use crate::finding::{Secret, Severity};

/// What loading a pickle may do to whoever loads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// No more than to make data.
    Clean,
    /// Something that is in no list, or cannot be told.
    Suspicious(Severity),
    /// Run code, or the like.
    Dangerous(Severity),
}

const CLEAN: Verdict = Verdict::Clean;
const WARNS: Verdict = Verdict::Suspicious(Severity::Medium);
const UNKNOWABLE: Verdict = Verdict::Suspicious(Severity::High);
const LEADS: Verdict = Verdict::Dangerous(Severity::High);
const RUNS: Verdict = Verdict::Dangerous(Severity::Critical);

/// The use of a name that is called elsewhere as well is judged there. One that
/// is only handed on may still be called: an object whose `append` it is runs it
/// at the next APPEND, one whose `keys` it is when a dictionary is made of it.
pub(super) fn imported(subject: &Subject, called: bool) -> Verdict {
    match subject {
        _ if called => CLEAN,
        Subject::Name(Some(module), Some(name)) => match Name::new(module, name).standing() {
            Standing::Dangerous => LEADS,
            Standing::Unknown => WARNS,
            _ => CLEAN,
        },
        _ => WARNS,
    }
}

/// The verdict on a call.
pub(super) fn called(by: Opcode, of: &Use) -> Verdict {
    match &of.subject {
        Subject::Name(Some(module), Some(name)) => {
            name_called(by, &Name::new(module, name), &of.arguments)
        }
        Subject::Hooked => LEADS,
        _ => UNKNOWABLE,
    }
}

fn name_called(by: Opcode, name: &Name, arguments: &[Operand]) -> Verdict {
    let standing = name.standing();
    if by == Opcode::Append {
        return grown(name, arguments);
    }
    if by == Opcode::Build {
        // The state would change the class, function or module for all.
        return if standing == Standing::Dangerous {
            RUNS
        } else {
            LEADS
        };
    }
    if name.is("builtins", "getattr") {
        return looked_up(arguments);
    }
    if name.is("copyreg", "_reconstructor") {
        return reconstructed(arguments);
    }
    if name.is("copyreg", "__newobj__") || name.is("copyreg", "__newobj_ex__") {
        return made(arguments.first());
    }
    // The type of a value; with more arguments, a new class.
    if name.is("builtins", "type") && arguments.len() <= 1 {
        return CLEAN;
    }
    if name.is("numpy.core", "_ufunc_reconstruct") || name.is("numpy._core", "_ufunc_reconstruct") {
        return function_of_numpy(arguments);
    }
    match standing {
        Standing::Harmless => CLEAN,
        Standing::Applies if arguments.is_empty() => UNKNOWABLE,
        Standing::Applies => applied(name, arguments),
        Standing::Loads => match arguments {
            [Operand::Pickle, ..] => CLEAN,
            _ => LEADS,
        },
        Standing::Class if matches!(by, Opcode::NewObj | Opcode::NewObjEx) => CLEAN,
        Standing::Class | Standing::Unknown => WARNS,
        Standing::Dangerous => RUNS,
    }
}

/// A function that may call those of its arguments that are names.
fn applied(of: &Name, arguments: &[Operand]) -> Verdict {
    let callee = of.calls_argument();
    let verdict = |(at, argument): (usize, &Operand)| match argument {
        Operand::Name(Some(module), Some(name)) => {
            let name = Name::new(module, name);
            match name.standing() {
                // It is only made by name, or called with nothing.
                Standing::Class if callee != Some(at) => CLEAN,
                // NumPy's own pair of constructors.
                Standing::Applies if name.is("numpy.random._pickle", "__bit_generator_ctor") => {
                    CLEAN
                }
                _ => name_called(Opcode::Reduce, &name, &[]),
            }
        }
        Operand::Name(..) => UNKNOWABLE,
        _ if callee == Some(at) => UNKNOWABLE,
        Operand::Text(_) | Operand::Pickle | Operand::Other => CLEAN,
    };
    let each = arguments.iter().enumerate().map(verdict);
    each.max().unwrap_or(CLEAN)
}

/// An object that gets elements: of a list or the like by a method of its class,
/// of any other by one that its state may have given it.
fn grown(maker: &Name, made_with: &[Operand]) -> Verdict {
    let rebuilt = maker.is("copyreg", "_reconstructor");
    let base = match made_with.get(1) {
        Some(Operand::Name(Some(module), Some(name))) if rebuilt => Name::new(module, name),
        _ => maker.clone(),
    };
    if base.is_list() { CLEAN } else { WARNS }
}

/// `getattr`: Python writes it for members of enumerations, for nested classes
/// and for methods. What it gives is judged where it is called.
fn looked_up(arguments: &[Operand]) -> Verdict {
    let [of, Operand::Text(attribute), rest @ ..] = arguments else {
        return RUNS;
    };
    if attribute.reveal().starts_with(b"__") || !rest.is_empty() {
        return RUNS;
    }
    match of {
        Operand::Name(Some(module), Some(name)) if !name.is_empty() => {
            match Name::new(module, name).standing() {
                Standing::Harmless | Standing::Class => CLEAN,
                Standing::Dangerous => RUNS,
                _ => WARNS,
            }
        }
        Operand::Name(..) => RUNS,
        _ => WARNS,
    }
}

/// `_ufunc_reconstruct(module, name)` imports anything it is told to.
fn function_of_numpy(arguments: &[Operand]) -> Verdict {
    let [Operand::Text(module), Operand::Text(name)] = arguments else {
        return RUNS;
    };
    let text = |text: &Secret| String::from_utf8_lossy(text.reveal()).into_owned();
    let (module, name) = (text(module), text(name));
    let own =
        module == "numpy" || (module == "scipy.special" || module.starts_with("scipy.special."));
    match Name::new(&module, &name).standing() {
        Standing::Dangerous => RUNS,
        Standing::Harmless => CLEAN,
        _ if own && !name.contains('.') => CLEAN,
        _ => WARNS,
    }
}

/// `copyreg._reconstructor(class, base, state)` runs the constructor of the
/// base, which is a built-in type in all honest cases.
fn reconstructed(arguments: &[Operand]) -> Verdict {
    let base = match arguments.get(1) {
        Some(Operand::Name(Some(module), Some(name))) => {
            let name = Name::new(module, name);
            match name.standing() {
                Standing::Harmless => CLEAN,
                Standing::Dangerous => RUNS,
                _ => WARNS,
            }
        }
        _ => UNKNOWABLE,
    };
    made(arguments.first()).max(base)
}

/// A class of which an object is made without its constructor.
fn made(class: Option<&Operand>) -> Verdict {
    match class {
        Some(Operand::Name(Some(module), Some(name))) => {
            name_called(Opcode::NewObj, &Name::new(module, name), &[])
        }
        _ => UNKNOWABLE,
    }
}

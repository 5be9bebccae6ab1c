//! Imports and calls: what the opcodes that act do to the stack.
//!
//! Names and operands enter; events leave, and symbolic results go on the
//! stack. Calls that only look a name up are followed, so that what is called
//! in the end has its name.

use std::io::Read;
use std::rc::Rc;

use super::event::{Call, Opcode, PickleEvent};
use super::value::{Named, Value};
use super::{Stop, Walk};

/// Longest module or name delivered.
const NAME: usize = 4096;

impl<R: Read> Walk<'_, '_, R> {
    /// GLOBAL and INST: the names stand in the stream.
    pub(super) fn named_global(&mut self, opcode: u8, at: u64) -> Result<(), Stop> {
        let module = self.line(at, NAME)?;
        let name = self.line(at, NAME)?;
        let class = self.import(at, module.as_deref(), name.as_deref())?;
        if opcode == b'c' {
            self.machine.push(class);
            return Ok(());
        }
        let arguments = Value::tuple(self.machine.marked());
        self.machine.drop_to_mark();
        self.call(at, Opcode::Inst, class, arguments)
    }

    /// `STACK_GLOBAL`: the names stand on the stack.
    pub(super) fn stack_global(&mut self, at: u64) -> Result<(), Stop> {
        let (name, module) = (self.machine.pop(), self.machine.pop());
        let computed =
            |value: &Value| matches!(value, Value::Int(_) | Value::Constant(_) | Value::Global(_));
        if computed(&name) || computed(&module) {
            self.machine.fail("a name that is no text");
        }
        let text = |value: &Value| value.as_text().cloned();
        let (module, name) = (text(&module), text(&name));
        let global = self.import(at, module.as_deref(), name.as_deref())?;
        self.machine.push(global);
        Ok(())
    }

    fn import(&mut self, at: u64, module: Option<&str>, name: Option<&str>) -> Result<Value, Stop> {
        let named = Named::new(module, name);
        self.send(named.event(at))?;
        Ok(Value::Global(Rc::new(named)))
    }

    /// EXT1, EXT2 and EXT4.
    pub(super) fn extension(&mut self, at: u64, code: u64) -> Result<(), Stop> {
        let code = code as u32;
        self.machine.push(Value::Extension(code));
        self.send(PickleEvent::Extension { offset: at, code })
    }

    /// REDUCE, NEWOBJ and `NEWOBJ_EX`: operands on top of the stack.
    pub(super) fn call_top(&mut self, at: u64, opcode: Opcode) -> Result<(), Stop> {
        if opcode == Opcode::NewObjEx {
            self.machine.pop();
        }
        let arguments = self.machine.pop();
        let callee = self.machine.pop();
        self.call(at, opcode, callee, arguments)
    }

    /// OBJ: the class and its arguments stand above the mark.
    pub(super) fn call_marked(&mut self, at: u64) -> Result<(), Stop> {
        let (class, arguments) = match self.machine.marked().split_first() {
            Some((class, arguments)) => (class.clone(), Value::tuple(arguments)),
            None => (Value::Other, Value::tuple(&[])),
        };
        self.machine.drop_to_mark();
        self.call(at, Opcode::Obj, class, arguments)
    }

    fn call(
        &mut self,
        at: u64,
        opcode: Opcode,
        callee: Value,
        arguments: Value,
    ) -> Result<(), Stop> {
        if matches!(
            callee,
            Value::Text(_) | Value::Cut(_) | Value::Int(_) | Value::Constant(_) | Value::Tuple(_)
        ) {
            self.machine.fail("a call of something that is no function");
        }
        let call = Call::new(at, opcode, &callee, &arguments);
        self.send(PickleEvent::Call(call))?;
        let made = folded(&callee, &arguments);
        self.machine
            .push(made.unwrap_or_else(|| Value::made(callee, arguments)));
        Ok(())
    }

    /// APPEND and the like: an object that is no list gets its elements through
    /// a method that it names itself.
    pub(super) fn append(&mut self, at: u64, object: Option<&Value>) -> Result<(), Stop> {
        let none = Value::tuple(&[]);
        let (maker, arguments) = match object {
            Some(Value::Made(made)) => (&made.callee, &made.arguments),
            Some(global @ Value::Global(_)) => (global, &none),
            _ => return Ok(()),
        };
        self.send(PickleEvent::Call(Call::new(
            at,
            Opcode::Append,
            maker,
            arguments,
        )))
    }

    /// BUILD: the object below the state gets it. If it stands for an array
    /// of joblib's, the array's data follow.
    pub(super) fn build(&mut self, at: u64) -> Result<(), Stop> {
        let state = self.machine.pop();
        let Some(object) = self.machine.top().cloned() else {
            self.machine.fail("an operand that is not on the stack");
            return Ok(());
        };
        self.send(PickleEvent::Call(Call::new(
            at,
            Opcode::Build,
            &object,
            &state,
        )))?;
        self.array_behind(at, &object, &state)
    }
}

/// What a call that only looks something up or turns text into text makes.
fn folded(callee: &Value, arguments: &Value) -> Option<Value> {
    let arguments = arguments.parts();
    if let Value::Made(getter) = callee {
        return attribute(
            getter.callee.as_global()?,
            getter.arguments.parts(),
            arguments,
        );
    }
    let named = callee.as_global()?;
    let global = |module: &str, name: &str| {
        Some(Value::Global(Rc::new(Named::new(Some(module), Some(name)))))
    };
    match arguments {
        [Value::Text(text), ..]
            if named.is("importlib", "import_module") || named.is_builtin("__import__") =>
        {
            global(text, "")
        }
        [Value::Text(path), ..]
            if named.is("pkgutil", "resolve_name") || named.is("pydoc", "locate") =>
        {
            let (module, name) = path.split_once(':').or_else(|| path.rsplit_once('.'))?;
            global(module, name)
        }
        [Value::Text(module), Value::Text(name)]
            if named.name.as_deref() == Some("_ufunc_reconstruct") =>
        {
            global(module, name)
        }
        [Value::Global(of), Value::Text(name), ..] if named.is_builtin("getattr") => {
            member(of, name)
        }
        [Value::Pickle, ..] if keeps_bytes(named) => Some(Value::Pickle),
        [text @ Value::Text(_)] if named.is_builtin("str") || named.is("sys", "intern") => {
            Some(text.clone())
        }
        [text @ Value::Text(_), codec @ ..] if named.is_encoder() && is_plain(codec) => {
            Some(text.clone())
        }
        _ => None,
    }
}

/// `operator.attrgetter("name")(global)`.
fn attribute(getter: &Named, names: &[Value], of: &[Value]) -> Option<Value> {
    match (names, of) {
        ([Value::Text(name)], [Value::Global(of)]) if getter.is("operator", "attrgetter") => {
            member(of, name)
        }
        _ => None,
    }
}

fn member(of: &Named, attribute: &str) -> Option<Value> {
    let name = match of.name.as_deref()? {
        "" => attribute.to_owned(),
        name => format!("{name}.{attribute}"),
    };
    (name.len() <= NAME).then(|| {
        let named = Named::new(of.module.as_deref(), Some(&name));
        Value::Global(Rc::new(named))
    })
}

/// Calls through which a pickle in a string stays one, decoded or not.
fn keeps_bytes(named: &Named) -> bool {
    let module = named.module.as_deref().unwrap_or_default();
    let copies =
        named.is_builtin("bytes") || named.is_builtin("bytearray") || named.is_builtin("str");
    copies
        || matches!(
            module,
            "base64" | "binascii" | "codecs" | "_codecs" | "io" | "_io"
        )
}

/// Does the codec leave the characters of a name as they are?
fn is_plain(codec: &[Value]) -> bool {
    let plain = ["latin1", "latin-1", "utf-8", "utf8", "ascii"];
    match codec {
        [] => true,
        [Value::Text(codec), ..] => plain.contains(&&**codec),
        _ => false,
    }
}

//! The objects of a Keras configuration.
//!
//! In: JSON, cut off or hostile as it may be. Out: each JSON object with what
//! Keras looks at to build something from it, and its place. Where a key occurs
//! twice the last one counts, as in Python.

use std::borrow::Cow;

use crate::format::escape::unescape;
use crate::format::json::{Token, TokenKind, Tokens};

/// Objects inside each other; Python gives up before.
const DEEPEST: usize = 4096;
/// Keys told of the way to an object.
const STEPS: usize = 12;
/// Bytes kept of a value.
const LONGEST: usize = 256;

/// What Keras looks at.
#[derive(Debug, Default)]
pub(super) struct Object {
    /// `module`, where the class or function is taken from.
    pub(super) module: String,
    /// `class_name`, or `function`.
    pub(super) class: String,
    /// `registered_name`.
    pub(super) registered: String,
    /// `config`, where it is a string: the name of a function.
    pub(super) config: String,
    /// The file its configuration names.
    pub(super) file: Option<String>,
    /// Does its configuration hold the code of a function?
    pub(super) lambda: bool,
}

/// An object or array that is open.
#[derive(Default)]
struct Level {
    object: Object,
    /// Key or number of the value at hand.
    key: String,
    index: Option<usize>,
    /// What it says about the object whose configuration it is.
    file: Option<String>,
    lambda: bool,
}

/// Takes an object, and how to tell its place.
type EachObject<'a> = dyn FnMut(&Object, &dyn Fn() -> String) + 'a;

/// Visit all objects, inner ones first. Answers whether the outermost one is a
/// Keras object.
pub(super) fn each_object(text: &[u8], each: &mut EachObject<'_>) -> bool {
    let mut levels: Vec<Level> = Vec::new();
    let mut is_keras = false;
    let mut tokens = Tokens::new(text);
    while let Ok(Some(token)) = tokens.next_token() {
        match token.kind {
            TokenKind::ObjectStart | TokenKind::ArrayStart if levels.len() >= DEEPEST => break,
            TokenKind::ObjectStart => levels.push(Level::default()),
            TokenKind::ArrayStart => levels.push(Level {
                index: Some(0),
                ..Level::default()
            }),
            TokenKind::ObjectEnd | TokenKind::ArrayEnd => {
                is_keras |= close(&mut levels, each);
            }
            TokenKind::Key => {
                if let Some(level) = levels.last_mut() {
                    level.key = value(&token).into_owned();
                }
            }
            TokenKind::Str | TokenKind::Literal => {
                if let Some(level) = levels.last_mut() {
                    level.take(&token);
                    level.pass();
                }
            }
        }
    }
    // What is cut off may name something all the same.
    while !levels.is_empty() {
        is_keras |= close(&mut levels, each);
    }
    is_keras
}

/// The innermost level ends. Answers whether it was the outermost one, of a
/// Keras object.
fn close(levels: &mut Vec<Level>, each: &mut EachObject<'_>) -> bool {
    let Some(ended) = levels.pop() else {
        return false;
    };
    if ended.index.is_none() {
        each(&ended.object, &|| place(levels));
    }
    let Some(outer) = levels.last_mut() else {
        return !ended.object.class.is_empty();
    };
    if outer.index.is_none() && outer.key == "config" {
        outer.object.file = ended.file.or(outer.object.file.take());
        outer.object.lambda |= ended.lambda;
    }
    outer.pass();
    false
}

impl Level {
    /// A plain value under the key at hand.
    fn take(&mut self, token: &Token<'_>) {
        if self.index.is_some() {
            return;
        }
        let text = match token.kind {
            TokenKind::Str => value(token),
            // `null`, or a number.
            _ => Cow::Borrowed(""),
        };
        match self.key.as_str() {
            "module" => self.object.module = text.into_owned(),
            "class_name" => self.object.class = text.into_owned(),
            "registered_name" => self.object.registered = text.into_owned(),
            "config" => self.object.config = text.into_owned(),
            "vocabulary" | "idf_weights" | "filepath" if !text.is_empty() => {
                self.file = Some(text.into_owned());
            }
            "function_type" | "output_shape_type" | "mask_type" => {
                self.lambda |= text == "lambda";
            }
            _ => {}
        }
    }

    /// A value has ended.
    fn pass(&mut self) {
        if let Some(index) = &mut self.index {
            *index += 1;
        }
    }
}

/// A string without its escapes, cut.
fn value<'a>(token: &Token<'a>) -> Cow<'a, str> {
    // Longer ones than the tokenizer holds are no names.
    let raw = token.raw.unwrap_or(b"?");
    let raw = raw.get(..LONGEST).unwrap_or(raw);
    if memchr::memchr(b'\\', raw).is_none() {
        return String::from_utf8_lossy(raw);
    }
    let (mut text, mut map) = (Vec::new(), Vec::new());
    unescape(raw, &mut text, &mut map);
    Cow::Owned(String::from_utf8_lossy(&text).into_owned())
}

/// The way to the value at hand, from the outermost object.
fn place(levels: &[Level]) -> String {
    let mut place = String::new();
    for level in levels.iter().take(STEPS) {
        place.push('/');
        match level.index {
            Some(index) => place.push_str(&index.to_string()),
            None => place.push_str(&super::names::plain(&level.key)),
        }
    }
    if levels.len() > STEPS {
        place.push_str("/…");
    }
    if place.is_empty() {
        place.push('/');
    }
    place
}

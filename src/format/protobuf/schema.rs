//! Tables that say what the fields of messages mean.
//!
//! Nothing enters; the tables of the formats are written with what is here. A
//! table names what matters to somebody who looks for text: fields it leaves
//! out are still read, as far as their bytes tell what they are.

/// A kind of message.
#[derive(Debug)]
pub struct Message {
    /// What it is to those who look for facts.
    pub role: Role,
    /// Its fields.
    pub fields: &'static [Field],
}

/// What a message stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Nothing special.
    Plain,
    /// The entry of a map: field 1 is the key, the others the value.
    Entry,
    /// A word of a vocabulary.
    Word,
    /// A call of an operator.
    Operator,
    /// An operator that the file itself defines.
    Function,
    /// A tensor.
    Tensor,
    /// Parameters of a model: long bytes that no table knows are weights.
    Weights,
}

/// A field.
#[derive(Debug)]
pub struct Field {
    /// Its number.
    pub number: u32,
    /// Its name in routes; the value of a map entry has none.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// A number, or packed ones.
    Number,
    /// A string, or bytes that may be one.
    Text,
    /// Many short strings, which are delivered together.
    Texts,
    /// Numbers of a tensor, which are not read.
    Data,
    /// A message.
    One(&'static Message),
    /// Any number of messages.
    Each(&'static Message),
}

/// What is known of a message that no table tells anything of.
pub static UNDECLARED: Message = Message {
    role: Role::Plain,
    fields: &[],
};

/// The same within a model's parameters.
pub static WEIGHTS: Message = Message {
    role: Role::Weights,
    fields: &[],
};

/// A map from strings to strings.
pub static TEXT_ENTRY: Message = Message {
    role: Role::Entry,
    fields: &[text(1, "key"), text(2, "")],
};

impl Message {
    /// May it have fields that its table leaves out?
    pub fn is_open(&self) -> bool {
        self.role == Role::Weights || self.fields.is_empty()
    }

    /// The field with a number.
    pub fn field(&self, number: u32) -> Option<(usize, &'static Field)> {
        let mut fields = self.fields.iter().enumerate();
        fields.find(|(_, field)| field.number == number)
    }
}

/// A number.
pub const fn number(number: u32, name: &'static str) -> Field {
    field(number, name, Shape::Number)
}

/// A string.
pub const fn text(number: u32, name: &'static str) -> Field {
    field(number, name, Shape::Text)
}

/// Many strings.
pub const fn texts(number: u32, name: &'static str) -> Field {
    field(number, name, Shape::Texts)
}

/// Numbers of a tensor.
pub const fn data(number: u32, name: &'static str) -> Field {
    field(number, name, Shape::Data)
}

/// A message.
pub const fn one(number: u32, name: &'static str, message: &'static Message) -> Field {
    field(number, name, Shape::One(message))
}

/// Messages.
pub const fn each(number: u32, name: &'static str, message: &'static Message) -> Field {
    field(number, name, Shape::Each(message))
}

const fn field(number: u32, name: &'static str, shape: Shape) -> Field {
    Field {
        number,
        name,
        shape,
    }
}

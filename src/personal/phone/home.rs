//! How countries write numbers at home.
//!
//! In: a number's digits and marks. Out: the score of the form it has.

/// How numbers are written at home, where little else is: `d` for a digit, no
/// space beside brackets. Most have their trunk prefix and a mobile's first
/// digits or an area in brackets.
const HOME: &[(&str, u8)] = &[
    // Russia and its neighbours, Turkey, the Philippines.
    ("8(ddd)ddd-dd-dd", 60),
    ("8(ddd)ddd dd dd", 58),
    ("8(dddd)dd-dd-dd", 58),
    ("8 9dd ddd-dd-dd", 55),
    ("8-9dd-ddd-dd-dd", 55),
    ("8 9dd ddd dd dd", 42),
    ("(ddd)ddd-dd-dd", 45),
    ("0(ddd)ddd dd dd", 55),
    ("0(ddd)ddd dddd", 52),
    ("0 5dd ddd dd dd", 45),
    ("05dd ddd dd dd", 50),
    ("0ddd ddd dd dd", 45),
    ("09dd-ddd-dddd", 52),
    ("09dd ddd dddd", 45),
    // The United Kingdom and Ireland.
    ("07ddd dddddd", 42),
    ("07ddd ddd ddd", 52),
    ("020 dddd dddd", 50),
    ("02d dddd dddd", 42),
    ("01ddd dddddd", 35),
    ("01dd ddd dddd", 40),
    ("08d ddd dddd", 30),
    // France, Belgium, Switzerland, the Netherlands, Austria, Germany.
    ("06 dd dd dd dd", 45),
    ("07 dd dd dd dd", 45),
    ("0d dd dd dd dd", 40),
    ("0d.dd.dd.dd.dd", 45),
    ("0d-dd-dd-dd-dd", 42),
    ("04dd dd dd dd", 42),
    ("04dd/dd.dd.dd", 55),
    ("04dd/dd dd dd", 52),
    ("0dd ddd dd dd", 42),
    ("0dd/ddd dd dd", 50),
    ("0dd/ddd.dd.dd", 52),
    ("06-dddddddd", 45),
    ("06 dddddddd", 38),
    ("01dd/ddddddd", 45),
    ("01dd/dddddddd", 45),
    ("01dd ddddddd", 32),
    ("01dd dddddddd", 32),
    // Sweden, Hungary, Poland, Spain, Italy, Greece.
    ("07d-ddd dd dd", 55),
    ("0dd-ddd dd dd", 52),
    ("08-ddd ddd dd", 50),
    ("06 dd ddd dddd", 42),
    ("06-dd-ddd-dddd", 50),
    ("(06dd)ddd-dddd", 50),
    ("6dd dd dd dd", 22),
    ("7dd dd dd dd", 22),
    ("3dd ddd dddd", 18),
    ("69d ddd dddd", 18),
    // Korea, Japan, China, Taiwan, Hong Kong.
    ("010-dddd-dddd", 55),
    ("010 dddd dddd", 45),
    ("010.dddd.dddd", 50),
    ("090-dddd-dddd", 55),
    ("080-dddd-dddd", 55),
    ("070-dddd-dddd", 52),
    ("0d-dddd-dddd", 48),
    ("0dd-dddd-dddd", 48),
    ("0dd-ddd-dddd", 45),
    ("0ddd-dd-dddd", 42),
    ("13d-dddd-dddd", 45),
    ("15d-dddd-dddd", 45),
    ("18d-dddd-dddd", 45),
    ("13d dddd dddd", 24),
    ("15d dddd dddd", 24),
    ("18d dddd dddd", 24),
    ("09dd-ddd-ddd", 52),
    ("09dd ddd ddd", 42),
    // Indonesia, Malaysia, Thailand, Pakistan, India, Israel, Egypt.
    ("08dd-dddd-dddd", 52),
    ("08dd-dddd-ddd", 48),
    ("01d-ddd dddd", 52),
    ("01d-dddd dddd", 52),
    ("03dd-ddddddd", 45),
    ("05d-ddddddd", 45),
    ("9dddd ddddd", 20),
    ("8dddd ddddd", 20),
    // Africa, Australia, New Zealand.
    ("0dd ddd dddd", 32),
    ("0ddd ddd dddd", 35),
    ("04dd ddd ddd", 45),
    // Brazil, Mexico, Argentina, Chile.
    ("(dd)9dddd-dddd", 58),
    ("(dd)9 dddd-dddd", 58),
    ("(dd)dddd-dddd", 48),
    ("dd 9dddd-dddd", 45),
    ("(dd)dddd dddd", 24),
    ("011 dddd-dddd", 48),
    ("9 dddd dddd", 15),
];

/// The score of a form that a country has.
pub(super) fn score(plain: &[u8]) -> Option<u8> {
    let known = HOME
        .iter()
        .find(|(form, _)| is_like(plain, form.as_bytes()));
    known.map(|(_, score)| *score)
}

fn is_like(plain: &[u8], form: &[u8]) -> bool {
    plain.len() == form.len()
        && plain.iter().zip(form).all(|(byte, form)| match form {
            b'd' => byte.is_ascii_digit(),
            _ => byte == form,
        })
}

//! Tells programs from data.
//!
//! The first bytes of a file enter; the kind of program it is leaves.

/// Which system's program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Program {
    /// ELF: Linux and its like.
    Elf,
    /// PE: Windows.
    Pe,
    /// Mach-O: macOS, one architecture or several.
    MachO,
    /// Runs on all three; llamafiles are these, with a model appended.
    Cosmopolitan,
}

impl Program {
    /// Its name in sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Elf => "a Linux program or library",
            Self::Pe => "a Windows program or library",
            Self::MachO => "a macOS program or library",
            Self::Cosmopolitan => "a program for several systems",
        }
    }
}

/// What program begins with these bytes, if one does.
pub fn program(head: &[u8]) -> Option<Program> {
    match head {
        [0x7f, b'E', b'L', b'F', 1 | 2, 1 | 2, 1, ..] => Some(Program::Elf),
        [b'M', b'Z', b'q', b'F', b'p', b'D', b'=', b'\'', ..] => Some(Program::Cosmopolitan),
        [b'M', b'Z', ..] => is_pe(head).then_some(Program::Pe),
        [0xfe, 0xed, 0xfa, 0xce | 0xcf, ..] | [0xce | 0xcf, 0xfa, 0xed, 0xfe, ..] => {
            Some(Program::MachO)
        }
        // A Java class begins alike; its version stands where this has the
        // number of architectures, and is at least 45.
        [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 1..=20, ..] => Some(Program::MachO),
        _ => None,
    }
}

/// Does the DOS header lead to a PE header?
fn is_pe(head: &[u8]) -> bool {
    let Some(offset) = head.get(0x3c..0x40) else {
        return false;
    };
    let offset = u32::from_le_bytes([offset[0], offset[1], offset[2], offset[3]]) as usize;
    head.get(offset..)
        .is_some_and(|header| header.starts_with(b"PE\0\0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_their_likes() {
        let mut windows = vec![0; 0x90];
        windows[..2].copy_from_slice(b"MZ");
        windows[0x3c] = 0x80;
        assert_eq!(program(&windows), None);
        windows[0x80..0x84].copy_from_slice(b"PE\0\0");
        assert_eq!(program(&windows), Some(Program::Pe));
        assert_eq!(program(b"\x7fELF\x02\x01\x01\0"), Some(Program::Elf));
        assert_eq!(program(b"\x7fELF is a format"), None);
        assert_eq!(program(b"MZqFpD='\n"), Some(Program::Cosmopolitan));
        assert_eq!(program(b"MZ is a text"), None);
        assert_eq!(program(b"\xcf\xfa\xed\xfe\x07"), Some(Program::MachO));
        assert_eq!(program(b"\xca\xfe\xba\xbe\0\0\0\x02"), Some(Program::MachO));
        let java = b"\xca\xfe\xba\xbe\0\0\0\x34";
        assert_eq!(program(java), None);
    }
}

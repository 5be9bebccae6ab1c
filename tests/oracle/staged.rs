//! What the next commit would record.

//! Files from the builder, and what becomes of them.

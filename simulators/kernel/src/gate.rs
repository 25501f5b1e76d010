//! The one place where bytes are held back, cut, dripped or dropped.

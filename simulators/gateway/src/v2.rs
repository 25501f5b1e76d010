//! The older version (2017–2023): answers made of several providers, errors as texts.

pub(crate) mod entreprises;

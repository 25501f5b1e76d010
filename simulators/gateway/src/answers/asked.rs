//! What an answer is made for, besides what the provider gave.

use crate::arguments::Arguments;

/// Who asked for what, as far as an answer shows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// The one asked about: SIREN, SIRET or another number.
    pub(crate) entity: &'a str,
    /// All that is asked for.
    pub(crate) arguments: &'a Arguments,
    /// Where links lead.
    pub(crate) base: &'a str,
    /// Version of the operation.
    pub(crate) version: u8,
    /// Whether the answer is one for everybody: what may not be shown to all is withheld.
    pub(crate) public: bool,
}

impl Asked<'_> {
    /// A link to a resource of INSEE's in the version that was asked for.
    pub(crate) fn link(&self, resource: &str) -> String {
        self.link_in(self.version, resource)
    }

    /// A link to a resource of INSEE's in a version.
    pub(crate) fn link_in(&self, version: u8, resource: &str) -> String {
        format!("{}/v{version}/insee/sirene/{resource}", self.base)
    }
}

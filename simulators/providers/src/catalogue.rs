//! Every provider there is. A new one is a file and a line of [`PROVIDERS`].

use std::sync::Arc;

use doublure_fixtures::World;
use doublure_kernel::Session;
use doublure_scenarios::Symptom;

use crate::{
    ademe::Ademe,
    associations::{Associations, Djepva, Mi},
    banque_de_france::BanqueDeFrance,
    carif_oref::CarifOref,
    cibtp::Cibtp,
    cnetp::Cnetp,
    data_subvention::DataSubvention,
    dgddi::Dgddi,
    dgfip::Dgfip,
    dialect::Dialect,
    fabrique_numerique::FabriqueNumerique,
    fntp::Fntp,
    gip_mds::GipMds,
    infogreffe::Infogreffe,
    inpi::Inpi,
    insee::Insee,
    msa::Msa,
    opqibi::Opqibi,
    play::Simulated,
    probtp::Probtp,
    provider::Provider,
    qualibat::Qualibat,
    qualifelec::Qualifelec,
    rnm::Rnm,
    urssaf::Urssaf,
    vies::Vies,
};

/// Ids of the providers that exist, in the order of the contract table.
pub const IDS: [&str; PROVIDERS.len()] = ids();

/// One provider: all that differs from one to the next without being asked for.
struct Entry {
    id: &'static str,
    calls: &'static [&'static str],
    speaks: fn(Symptom) -> bool,
    begin: fn(&Session, Arc<World>) -> Arc<dyn Provider>,
}

/// A provider of a session; none for an unknown id. Its state (log-ins) is its own.
pub fn provider(id: &str, session: &Session, world: Arc<World>) -> Option<Arc<dyn Provider>> {
    find(id).map(|entry| (entry.begin)(session, world))
}

/// Whether a provider has words for a symptom in one of its calls.
pub fn speaks(id: &str, symptom: Symptom) -> bool {
    find(id).is_some_and(|entry| (entry.speaks)(symptom))
}

/// Names of a provider's own calls: `login`, `unite-legale`, …
pub fn calls(id: &str) -> &'static [&'static str] {
    find(id).map_or(&[], |entry| entry.calls)
}

impl Entry {
    const fn of<D: Dialect>(calls: &'static [&'static str]) -> Self {
        Self {
            id: D::ID,
            calls,
            speaks: D::speaks,
            begin: |session, world| Arc::new(Simulated::<D>::new(session, world)),
        }
    }
}

fn find(id: &str) -> Option<&'static Entry> {
    PROVIDERS.iter().find(|entry| entry.id == id)
}

const fn ids() -> [&'static str; PROVIDERS.len()] {
    let mut ids = [""; PROVIDERS.len()];
    let mut place = 0;
    while place < ids.len() {
        ids[place] = PROVIDERS[place].id;
        place += 1;
    }
    ids
}

/// In the order of the contract table.
const PROVIDERS: &[Entry] = &[
    Entry::of::<Insee>(Insee::NAMES),
    Entry::of::<Infogreffe>(Infogreffe::NAMES),
    Entry::of::<Urssaf>(Urssaf::NAMES),
    Entry::of::<Dgfip>(Dgfip::NAMES),
    Entry::of::<BanqueDeFrance>(BanqueDeFrance::NAMES),
    Entry::of::<GipMds>(GipMds::NAMES),
    Entry::of::<Vies>(Vies::NAMES),
    Entry::of::<Dgddi>(Dgddi::NAMES),
    Entry::of::<Msa>(Msa::NAMES),
    Entry::of::<Qualibat>(Qualibat::NAMES),
    Entry::of::<Cnetp>(Cnetp::NAMES),
    Entry::of::<Probtp>(Probtp::NAMES),
    Entry::of::<Opqibi>(Opqibi::NAMES),
    Entry::of::<Fntp>(Fntp::NAMES),
    Entry::of::<FabriqueNumerique>(FabriqueNumerique::NAMES),
    Entry::of::<Ademe>(Ademe::NAMES),
    Entry::of::<Qualifelec>(Qualifelec::NAMES),
    Entry::of::<CarifOref>(CarifOref::NAMES),
    Entry::of::<Cibtp>(Cibtp::NAMES),
    Entry::of::<Inpi>(Inpi::NAMES),
    Entry::of::<Associations<Mi>>(Associations::<Mi>::NAMES),
    Entry::of::<Associations<Djepva>>(Associations::<Djepva>::NAMES),
    Entry::of::<DataSubvention>(DataSubvention::NAMES),
    Entry::of::<Rnm>(Rnm::NAMES),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CANARY, testing};

    #[test]
    fn calls_are_named_log_in_first() {
        assert_eq!(
            IDS.map(calls),
            [
                &[
                    "login",
                    "unite-legale",
                    "etablissement",
                    "siege",
                    "successions"
                ][..],
                &["extrait"],
                &["login", "attestation"],
                &[
                    "login",
                    "attestation-fiscale",
                    "chiffre-affaires",
                    "liasse-fiscale"
                ],
                &["bilans"],
                &["login", "effectifs-annuels", "effectifs-mensuels"],
                &["numero-tva"],
                &["eori"],
                &["conformite"],
                &["login", "certificat"],
                &["attestation"],
                &["attestation", "conformite"],
                &["certificat"],
                &["carte"],
                &["conventions"],
                &["lignes"],
                &["login", "certificats"],
                &["organisme"],
                &["login", "attestation"],
                &[
                    "login",
                    "companies",
                    "attachments",
                    "acte",
                    "bilan",
                    "extrait"
                ],
                &["structure", "document"],
                &["structure", "document"],
                &["login", "grants"],
                &["entreprise"],
            ]
        );
        assert!(calls("nobody").is_empty());
    }

    #[test]
    fn a_provider_speaks_what_one_of_its_calls_has_words_for() {
        let spoken: String = IDS
            .into_iter()
            .chain(["nobody"])
            .map(|id| {
                let known = Symptom::ALL.into_iter().filter(|known| speaks(id, *known));
                let names: Vec<_> = known.map(Symptom::name).collect();
                format!("{id}: {}\n", names.join(", "))
            })
            .collect();

        insta::assert_snapshot!(spoken);
    }

    #[test]
    fn the_canary_stands_in_every_refusal() {
        fn assert_everywhere<D: Dialect>() {
            for (case, words) in testing::every_refusal::<D>() {
                // The document itself may be empty, or in base64: nothing of the provider's stands there to be read.
                if case.contains("BadFile") {
                    continue;
                }
                let said = words.to_string();
                assert!(said.contains(CANARY), "{} {case}: {said}", D::ID);
            }
        }

        assert_everywhere::<Insee>();
        assert_everywhere::<Infogreffe>();
        assert_everywhere::<Urssaf>();
        assert_everywhere::<Dgfip>();
        assert_everywhere::<BanqueDeFrance>();
        assert_everywhere::<GipMds>();
        assert_everywhere::<Vies>();
        assert_everywhere::<Dgddi>();
        assert_everywhere::<Msa>();
        assert_everywhere::<Qualibat>();
        assert_everywhere::<Cnetp>();
        assert_everywhere::<Probtp>();
        assert_everywhere::<Opqibi>();
        assert_everywhere::<Fntp>();
        assert_everywhere::<FabriqueNumerique>();
        assert_everywhere::<Ademe>();
        assert_everywhere::<Qualifelec>();
        assert_everywhere::<CarifOref>();
        assert_everywhere::<Cibtp>();
        assert_everywhere::<Inpi>();
        assert_everywhere::<Associations<Mi>>();
        assert_everywhere::<DataSubvention>();
        assert_everywhere::<Rnm>();
    }
}

//! A call as it reaches a gateway: what of a step can be read from it.

use doublure_journal::RequestSeen;

use super::choreography::{Act, Operation, Question, Source, Step};
use crate::gateway::{
    own_fault::NOBODY,
    questions::NO_COMPANY,
    status,
    trace::{DISPROVED, NO_VERSION, WELL},
};

/// A call of a choreography.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// The step, that of the first call where it is one of twins.
    pub(super) step: Step,
    /// The one asked about, of its own for each call but twins.
    pub(super) entity: String,
}

impl Operation {
    /// Its id.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Company => "api_entreprise_v3_insee_unites_legales",
            Self::LaterCompany => "api_entreprise_v4_insee_unites_legales",
            Self::Register => "api_entreprise_v3_infogreffe_extraits_rcs",
            Self::Vigilance => "api_entreprise_v3_acoss_attestations_sociales",
            Self::Taxes => "api_entreprise_v3_dgfip_attestations_fiscales",
            Self::Aggregate => "v2_entreprises_restored",
            Self::Rights => "api_entreprise_privileges",
            Self::Link
            | Self::Ping
            | Self::OtherPing
            | Self::Pings
            | Self::Current
            | Self::OldHandshake
            | Self::Handshake => "",
        }
    }

    /// Whether it tells how a service is.
    pub(super) const fn is_about_services(self) -> bool {
        matches!(
            self,
            Self::Ping | Self::OtherPing | Self::Pings | Self::Current
        )
    }

    /// Whether no token is shown with it: to nobody who asks for it a right is due.
    pub(super) const fn is_open(self) -> bool {
        self.is_about_services() || matches!(self, Self::Link)
    }

    /// Whether it is no call at all.
    pub(super) const fn is_handshake(self) -> bool {
        matches!(self, Self::OldHandshake | Self::Handshake)
    }

    /// Whether it gives a document.
    pub(super) const fn is_document(self) -> bool {
        matches!(self, Self::Vigilance | Self::Taxes)
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Company => "/v3/insee/sirene/unites_legales/",
            Self::LaterCompany => "/v4/insee/sirene/unites_legales/",
            Self::Register => "/v3/infogreffe/rcs/extrait_kbis/",
            Self::Vigilance => "/v3/urssaf/attestation_vigilance/",
            Self::Taxes => "/v3/dgfip/attestation_fiscale/",
            Self::Aggregate => "/v2/entreprises/",
            Self::Rights => "/privileges",
            Self::Link => LINKS,
            Self::Ping => status::PING,
            Self::OtherPing => "/ping/infogreffe/rcs",
            Self::Pings => status::ALL,
            Self::Current => status::CURRENT,
            Self::OldHandshake | Self::Handshake => "",
        }
    }
}

impl Asked {
    /// The calls of a choreography; twins ask what the call before them asked.
    pub(super) fn all(steps: &[Step]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for (place, step) in steps.iter().enumerate() {
            let repeats = matches!(step.question, Question::Twin | Question::Past);
            let first = all.last().filter(|_| repeats);
            let asked = match first {
                Some(first) => Self {
                    step: Step {
                        gap_ms: step.gap_ms,
                        question: match step.question {
                            Question::Past => Question::Past,
                            _ => first.step.question,
                        },
                        address: step.address,
                        ways: step.ways,
                        ..first.step
                    },
                    entity: first.entity.clone(),
                },
                None => Self {
                    step: *step,
                    entity: match step.question {
                        _ if step.operation == Operation::Link => {
                            let given = all.iter().rfind(|it| it.step.operation.is_document());
                            given.map_or_else(String::new, |given| given.entity.clone())
                        }
                        Question::Malformed => NO_COMPANY.to_owned(),
                        Question::Doomed => NOBODY.to_owned(),
                        Question::SameEntity if place > 0 => all[place - 1].entity.clone(),
                        _ => (FIRST_ENTITY + place).to_string(),
                    },
                },
            };
            all.push(asked);
        }
        all
    }

    /// Whether it leads to an operation at all.
    pub(super) fn operation(&self) -> Option<Operation> {
        let leads = !matches!(
            self.step.question,
            Question::NoVersion | Question::Nowhere | Question::Preflight
        );
        (leads && !self.step.operation.is_open()).then_some(self.step.operation)
    }

    /// What its sources do: well where a good answer is due.
    pub(super) fn sources(&self) -> [Source; 2] {
        let well = Source {
            act: Act::Well,
            after: 0,
        };
        match self.step.question {
            Question::Marked => [well; 2],
            _ => self.step.sources,
        }
    }

    /// Whether it is of version 2.
    pub(super) fn is_version_two(&self) -> bool {
        self.step.operation == Operation::Aggregate
            && !matches!(self.step.question, Question::Nowhere | Question::NoVersion)
    }

    /// What the journal is told of it.
    pub(super) fn seen(&self) -> RequestSeen {
        let Step {
            operation,
            question,
            token,
            address,
            ..
        } = self.step;
        let of_one = operation != Operation::Rights && !operation.is_open();
        let headers = match question {
            Question::Past => vec![("Cache-Control".to_owned(), "no-cache".to_owned())],
            _ => Vec::new(),
        };
        RequestSeen {
            headers,
            method: if question == Question::Preflight {
                "OPTIONS"
            } else {
                "GET"
            }
            .to_owned(),
            target: self.target(),
            address: Some(([127, 0, 0, address], 0).into()),
            operation: self.operation().map(|known| known.id().to_owned()),
            entity: of_one.then(|| self.entity.clone()),
            token: token.filter(|_| !operation.is_open()).map(str::to_owned),
            ..RequestSeen::default()
        }
    }

    fn target(&self) -> String {
        let Step {
            operation,
            question,
            ..
        } = self.step;
        let path = operation.path();
        if operation == Operation::Link {
            return link(&self.entity);
        }
        if operation == Operation::Rights || operation.is_open() {
            return path.to_owned();
        }
        let path = match question {
            Question::NoVersion => path.replacen(&path[..4], NO_VERSION, 1),
            Question::Nowhere => path.replacen(&path[..4], "/v3/nulle-part/", 1),
            _ => path.to_owned(),
        };
        let context = if question == Question::Marked {
            WELL
        } else {
            "Essai"
        };
        let recipient = match question {
            Question::BadRecipient => "SGMAP",
            Question::Disproved => DISPROVED,
            _ => "13002526500013",
        };
        let object = if question == Question::BadSyntax {
            "100%"
        } else {
            "Doublure"
        };
        let query = match question {
            Question::Untraced => String::new(),
            Question::WithoutObject => format!("?context={context}&recipient={recipient}"),
            _ => format!("?context={context}&recipient={recipient}&object={object}"),
        };
        format!("{path}{}{query}", self.entity)
    }
}

/// Where the document about one stands.
pub(super) fn link(entity: &str) -> String {
    format!("{LINKS}{entity}.pdf")
}

/// How long such a link lives.
pub(super) const DOCUMENT_TERM_MS: u64 = 90_000;
const LINKS: &str = "http://gateway.test/documents/";
/// The first entity that a choreography asks about; the next call asks about the next.
pub(super) const FIRST_ENTITY: usize = 100_000_001;

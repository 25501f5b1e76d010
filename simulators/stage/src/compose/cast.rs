//! The providers of a session, and where they listen.

use std::{collections::BTreeMap, sync::Arc};

use doublure_control::NewSession;
use doublure_fixtures::World;
use doublure_gateway::{Gateway, PLAIN};
use doublure_journal::Hop;
use doublure_kernel::{Host, Place, Service, Session, Tls, Upstream};
use doublure_providers::Provider;

use crate::{listen, problem::Refusal};

/// Every provider, and its listener where it has one.
pub(super) struct Cast {
    providers: Vec<Member>,
    /// One more listener, that speaks the gateway's own shape.
    plain: Option<Host>,
}

struct Member {
    id: &'static str,
    service: Arc<dyn Provider>,
    host: Option<Host>,
}

impl Cast {
    /// Makes every provider. They listen where somebody may call them: our gateway over sockets, or
    /// a gateway of somebody else.
    pub(super) async fn assemble(
        session: &Session,
        world: Arc<World>,
        new: &NewSession,
        tls: Option<&Tls>,
    ) -> Result<Self, Refusal> {
        let listen =
            new.providers_on_sockets || new.without_gateway || !new.provider_addresses.is_empty();
        let mut providers = Vec::new();
        for id in doublure_providers::IDS {
            let Some(service) = doublure_providers::provider(id, session, Arc::clone(&world))
            else {
                continue;
            };
            let host = if listen {
                let service: Arc<dyn Service> = Arc::<dyn Provider>::clone(&service);
                Some(bind(session, new, id, &service, tls.cloned()).await?)
            } else {
                None
            };
            providers.push(Member { id, service, host });
        }
        Ok(Self {
            providers,
            plain: None,
        })
    }

    /// Whether the providers listen.
    pub(super) fn listens(&self) -> bool {
        self.providers
            .iter()
            .any(|provider| provider.host.is_some())
    }

    /// Lets the provider listen that speaks the gateway's own shape.
    pub(super) async fn add_plain(
        &mut self,
        session: &Session,
        new: &NewSession,
        plain: Arc<Gateway>,
        tls: Option<&Tls>,
    ) -> Result<(), Refusal> {
        let service = plain as Arc<dyn Service>;
        self.plain = Some(bind(session, new, PLAIN, &service, tls.cloned()).await?);
        Ok(())
    }

    /// The way to each, by id: to somebody else's where that is wanted.
    pub(super) fn upstreams(&self, new: &NewSession) -> BTreeMap<String, Upstream> {
        let place = |provider: &Member| {
            let elsewhere = new.upstream_addresses.get(provider.id);
            match (elsewhere, &provider.host) {
                (Some(address), _) => Place::Socket(*address),
                (None, Some(host)) if new.providers_on_sockets => Place::Socket(host.address()),
                _ => Place::InProcess(Arc::<dyn Provider>::clone(&provider.service)),
            }
        };
        let upstream = |provider: &Member| Upstream {
            provider: Arc::from(provider.id),
            place: place(provider),
        };
        let named = |provider: &Member| (provider.id.to_owned(), upstream(provider));
        self.providers.iter().map(named).collect()
    }

    /// Base URL of each that listens, by id.
    pub(super) fn urls(&self) -> BTreeMap<String, String> {
        let providers = self.providers.iter();
        providers
            .map(|provider| (provider.id, &provider.host))
            .chain([(PLAIN, &self.plain)])
            .filter_map(|(id, host)| Some((id.to_owned(), listen::base_url(host.as_ref()?))))
            .collect()
    }

    /// Each provider and its memory, by id.
    pub(super) fn memories(&self) -> Vec<(&'static str, Arc<dyn Provider>)> {
        let named = |provider: &Member| (provider.id, Arc::clone(&provider.service));
        self.providers.iter().map(named).collect()
    }

    /// The listeners: whoever holds them, ends them.
    pub(super) fn into_hosts(self) -> impl Iterator<Item = Host> {
        let hosts = self.providers.into_iter().map(|provider| provider.host);
        hosts.chain([self.plain]).flatten()
    }
}

async fn bind(
    session: &Session,
    new: &NewSession,
    id: &str,
    service: &Arc<dyn Service>,
    tls: Option<Tls>,
) -> Result<Host, Refusal> {
    let wanted = new.provider_addresses.get(id).copied();
    let wanted = wanted.unwrap_or(listen::FREE_PORT);
    Host::bind_secured(session, Hop::Provider, wanted, Arc::clone(service), tls)
        .await
        .map_err(|error| listen::refused(wanted, "provider_addresses", &error))
}

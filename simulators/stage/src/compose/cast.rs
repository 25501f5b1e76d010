//! The providers of a session, and where they listen.

use std::{collections::BTreeMap, sync::Arc};

use doublure_control::NewSession;
use doublure_fixtures::World;
use doublure_journal::Hop;
use doublure_kernel::{Host, Place, Service, Session, Tls, Upstream};

use crate::{listen, problem::Refusal};

/// Every provider, and its listener where it has one.
pub(super) struct Cast(Vec<Provider>);

struct Provider {
    id: &'static str,
    service: Arc<dyn Service>,
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
        let mut cast = Vec::new();
        for id in doublure_providers::IDS {
            let Some(service) = doublure_providers::provider(id, session, Arc::clone(&world))
            else {
                continue;
            };
            let host = if listen {
                Some(bind(session, new, id, &service, tls.cloned()).await?)
            } else {
                None
            };
            cast.push(Provider { id, service, host });
        }
        Ok(Self(cast))
    }

    /// The way to each, by id.
    pub(super) fn upstreams(&self, on_sockets: bool) -> BTreeMap<String, Upstream> {
        let upstream = |provider: &Provider| Upstream {
            provider: Arc::from(provider.id),
            place: match &provider.host {
                Some(host) if on_sockets => Place::Socket(host.address()),
                _ => Place::InProcess(Arc::clone(&provider.service)),
            },
        };
        let named = |provider: &Provider| (provider.id.to_owned(), upstream(provider));
        self.0.iter().map(named).collect()
    }

    /// Base URL of each that listens, by id.
    pub(super) fn urls(&self) -> BTreeMap<String, String> {
        let url = |provider: &Provider| {
            let host = provider.host.as_ref()?;
            Some((provider.id.to_owned(), listen::base_url(host)))
        };
        self.0.iter().filter_map(url).collect()
    }

    /// The listeners: whoever holds them, ends them.
    pub(super) fn into_hosts(self) -> impl Iterator<Item = Host> {
        self.0.into_iter().filter_map(|provider| provider.host)
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

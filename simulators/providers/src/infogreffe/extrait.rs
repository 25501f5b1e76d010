//! The extract of the register, as `<Extrait>`.
//!
//! Element and attribute names are the real ones but for `dossier/@date_radiation` and `@dateISO_radiation`, *invented*
//! for want of a sample. Where a day stands twice, once for people (`27 MARS 1998`) and once as `dateISO` (`1998-03-27`),
//! both are the same; `date_extrait` exists in words only. `date_cloture/@dateISO` is month and day. Addresses stand at
//! the end and are pointed to by `id_adr_siege` and `adresse`. Texts are as the registries typed them: spaces at the
//! ends, two in a row before a town, an activity in small letters.
//!
//! ```xml
//! <Extrait type="2">
//!   <dossier id_adr_greffe="AD1" date_immat="27 MARS 1998" dateISO_immat="1998-03-27" date_extrait="15 JANVIER 2026">
//!     <entreprise id_adr_siege="AD2">
//!       <greffe code="7501">PARIS</greffe><num_ident siren="418166096"></num_ident>
//!       <num_gest numGreffe="7501"><millesime>1998</millesime><statut>B</statut><chrono>66096</chrono></num_gest>
//!       <pm forme_juridique="SOCIETE ANONYME" codeFormeJuridique="SAh"><denomination>…</denomination>
//!         <capital><montant devise="EUROS" codeDevise="EUR" valeur="234567.80">234 567,80</montant></capital>
//!         <duree_ste><valeur_duree dateISO="2097-03-26">JUSQU'AU 26 MARS 2097</valeur_duree></duree_ste>
//!         <date_cloture dateISO="12-31"></date_cloture></pm>
//!     </entreprise>
//!     <liste_dirigeant><dirigeant type="PP" refugie="0"><qualite>PRESIDENT</qualite>
//!       <pp nationalite="FRANCAISE" codeNationalite="FR"><nom>…</nom><prenom>…</prenom><naissance pays="FRANCE" codePays="FR">
//!         <date dateISO="1980-02-15">15 FEVRIER 1980</date><lieu>PARIS</lieu></naissance></pp></dirigeant></liste_dirigeant>
//!     <liste_observations><observation dateISO="2000-02-23" numero="12197"><libelle> … </libelle></observation></liste_observations>
//!     <etablissement type="1" mode="0" adresse="AD2"><nom_commercial>…</nom_commercial>
//!       <activite date_debut="…" dateISO_debut="…">…</activite><origine_fonds>CREATION</origine_fonds>
//!       <mode_exploit>EXPLOITATION DIRECTE</mode_exploit><codeAPE>6202A</codeAPE></etablissement>
//!   </dossier>
//!   <adresse id="AD1">…</adresse>
//!   <adresse id="AD2"><nompostal>34 BIS AVENUE DE L'OPERA</nompostal><numero>34</numero><type>AVENUE</type><voie>DE L'OPERA</voie>
//!     <ligne1>34 BIS AVENUE DE L'OPERA</ligne1><ligne2>75002  PARIS (FRANCE) </ligne2><localite></localite>
//!     <code_postal>75002</code_postal><bureau_distributeur>PARIS</bureau_distributeur><pays>FRANCE</pays></adresse>
//! </Extrait>
//! ```
//!
//! A natural person has `<Extrait type="1">` and, in place of `<pm>` and `<liste_dirigeant>`, `<pp nationalite="FRANCAISE"
//! codeNationalite="FR" adresse="AD2">` with `nom`, `prenom`, `naissance`.

use doublure_fixtures::{
    Date,
    world::{Address, Capital, Company, Establishment, Identity, Officer, Registration},
};

use crate::xml::{element, escaped, text};

/// The extract of a company, made on `day`; none: it is not in the register.
pub(super) fn extrait(company: &Company, day: Date) -> Option<String> {
    let registration = company.registration.as_ref()?;
    let office = company.establishments.first()?;
    let kind = match company.identity {
        Identity::Natural { .. } => "1",
        Identity::Legal { .. } => "2",
    };
    let content = [
        dossier(company, registration, office, day),
        registry_address(registration),
        address(&office.address),
    ];
    Some(element("Extrait", &[("type", kind)], &content.concat()))
}

/// An extract made on `day` in which all is missing that comes from the registry of the court.
pub(super) fn torso(day: Date) -> String {
    let file = element("dossier", &[("date_extrait", &in_words(day))], "");
    element("Extrait", &[("type", "2")], &file)
}

fn dossier(
    company: &Company,
    registration: &Registration,
    office: &Establishment,
    day: Date,
) -> String {
    let registered = registration.registered;
    let struck_off = registration.struck_off;
    let mut attributes = vec![
        ("id_adr_greffe", "AD1".to_owned()),
        ("date_immat", in_words(registered)),
        ("dateISO_immat", registered.to_string()),
        ("date_extrait", in_words(day)),
    ];
    attributes.extend(struck_off.map(|day| ("date_radiation", in_words(day))));
    attributes.extend(struck_off.map(|day| ("dateISO_radiation", day.to_string())));
    let attributes: Vec<_> = attributes
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let content = [
        entreprise(company, registration),
        officers(company, registration),
        remarks(registration),
        establishment(company, registration, office),
    ];
    element("dossier", &attributes, &content.concat())
}

fn entreprise(company: &Company, registration: &Registration) -> String {
    let registry = &registration.registry;
    let siren = company.siren.to_string();
    let (letter, who) = match &company.identity {
        Identity::Legal { name, .. } => ("B", legal_person(name, registration)),
        Identity::Natural {
            first_names,
            birth_name,
            ..
        } => ("A", natural_person(first_names, birth_name, registration)),
    };
    let file = [
        text("millesime", &registration.registered.year().to_string()),
        text("statut", letter),
        text("chrono", &siren[4..]),
    ];
    let content = [
        element(
            "greffe",
            &[("code", &registry.code)],
            &escaped(&registry.label),
        ),
        element("num_ident", &[("siren", &siren)], ""),
        element("num_gest", &[("numGreffe", &registry.code)], &file.concat()),
        who,
    ];
    element("entreprise", &[("id_adr_siege", "AD2")], &content.concat())
}

fn legal_person(name: &str, registration: &Registration) -> String {
    let content = [
        text("denomination", name),
        capital(registration.capital),
        registration.term.map(term).unwrap_or_default(),
        element("date_cloture", &[("dateISO", &registration.year_end)], ""),
    ];
    let form = &registration.legal_form;
    let attributes = [
        ("forme_juridique", form.label.as_str()),
        ("codeFormeJuridique", &form.code),
    ];
    element("pm", &attributes, &content.concat())
}

fn capital(capital: Capital) -> String {
    let (euros, cents) = (capital.cents / 100, capital.cents % 100);
    let attributes = [
        ("devise", "EUROS"),
        ("codeDevise", "EUR"),
        ("valeur", &format!("{euros}.{cents:02}")),
    ];
    let amount = format!("{},{cents:02}", grouped(euros));
    element("capital", &[], &element("montant", &attributes, &amount))
}

fn term(day: Date) -> String {
    let words = escaped(&format!("JUSQU'AU {}", in_words(day)));
    let value = element("valeur_duree", &[("dateISO", &day.to_string())], &words);
    element("duree_ste", &[], &value)
}

/// A trader is named by the company's identity; the register knows the birth from its one officer.
fn natural_person(first_names: &[String], birth_name: &str, registration: &Registration) -> String {
    let content = [
        text("nom", birth_name),
        text("prenom", &first_names.join(" ")),
        registration.officers.first().map(birth).unwrap_or_default(),
    ];
    let attributes = [
        ("nationalite", "FRANCAISE"),
        ("codeNationalite", "FR"),
        ("adresse", "AD2"),
    ];
    element("pp", &attributes, &content.concat())
}

fn officers(company: &Company, registration: &Registration) -> String {
    match company.identity {
        Identity::Natural { .. } => String::new(),
        Identity::Legal { .. } => {
            let officers: String = registration.officers.iter().map(officer).collect();
            element("liste_dirigeant", &[], &officers)
        }
    }
}

fn officer(officer: &Officer) -> String {
    let person = [
        text("nom", &officer.name),
        text("prenom", &officer.first_name),
        birth(officer),
    ];
    let nationality = [("nationalite", "FRANCAISE"), ("codeNationalite", "FR")];
    let content = [
        text("qualite", &officer.function),
        element("pp", &nationality, &person.concat()),
    ];
    element(
        "dirigeant",
        &[("type", "PP"), ("refugie", "0")],
        &content.concat(),
    )
}

fn birth(officer: &Officer) -> String {
    let day = officer.born;
    let content = [
        element("date", &[("dateISO", &day.to_string())], &in_words(day)),
        text("lieu", &officer.birth_place),
    ];
    element(
        "naissance",
        &[("pays", "FRANCE"), ("codePays", "FR")],
        &content.concat(),
    )
}

fn remarks(registration: &Registration) -> String {
    let remarks: String = registration
        .remarks
        .iter()
        .map(|(number, day, words)| {
            let attributes = [("dateISO", day.to_string()), ("numero", number.clone())];
            let attributes = attributes
                .each_ref()
                .map(|(name, value)| (*name, value.as_str()));
            element(
                "observation",
                &attributes,
                &text("libelle", &format!(" {words} ")),
            )
        })
        .collect();
    element("liste_observations", &[], &remarks)
}

fn establishment(company: &Company, registration: &Registration, office: &Establishment) -> String {
    let begun = office.created;
    let since = [
        ("date_debut", in_words(begun)),
        ("dateISO_debut", begun.to_string()),
    ];
    let since = since
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let trade_name = registration.trade_name.as_deref();
    let content = [
        trade_name
            .map(|name| text("nom_commercial", name))
            .unwrap_or_default(),
        element("activite", &since, &escaped(&company.activity.label)),
        text("origine_fonds", "CREATION"),
        text("mode_exploit", "EXPLOITATION DIRECTE"),
        text("codeAPE", &company.activity.code.replace('.', "")),
    ];
    let attributes = [("type", "1"), ("mode", "0"), ("adresse", "AD2")];
    element("etablissement", &attributes, &content.concat())
}

fn address(address: &Address) -> String {
    let number = [Some(address.number.as_str()), address.repetition];
    let street = [Some(address.street_kind), Some(address.street.as_str())];
    let line: Vec<_> = number.into_iter().chain(street).flatten().collect();
    let line = line.join(" ").to_uppercase();
    let town = format!("{}  {} (FRANCE) ", address.post_code, address.commune);
    let content = [
        text("nompostal", &line),
        text("numero", &address.number),
        text("type", address.street_kind),
        text("voie", &address.street),
        text("ligne1", &line),
        text("ligne2", &town),
        text(
            "localite",
            address.complement.as_deref().unwrap_or_default(),
        ),
        text("code_postal", &address.post_code),
        text("bureau_distributeur", &address.commune),
        text("pays", "FRANCE"),
    ];
    element("adresse", &[("id", "AD2")], &content.concat())
}

fn registry_address(registration: &Registration) -> String {
    let town = &registration.registry.label;
    let content = [
        text("ligne2", &format!("TRIBUNAL DE COMMERCE  {town} ")),
        text("bureau_distributeur", town),
        text("pays", ""),
    ];
    element("adresse", &[("id", "AD1")], &content.concat())
}

/// `234 567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().collect();
    String::from_utf8_lossy(&groups.join(&b' ')).into_owned()
}

/// `01 AVRIL 1998`.
fn in_words(day: Date) -> String {
    let month = MONTHS[usize::from(day.month().unsigned_abs()) - 1];
    format!("{:02} {month} {}", day.day(), day.year())
}

const MONTHS: [&str; 12] = [
    "JANVIER",
    "FEVRIER",
    "MARS",
    "AVRIL",
    "MAI",
    "JUIN",
    "JUILLET",
    "AOUT",
    "SEPTEMBRE",
    "OCTOBRE",
    "NOVEMBRE",
    "DECEMBRE",
];

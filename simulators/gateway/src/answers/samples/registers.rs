//! What registers say, as tests need it.

use serde_json::{Value, json};

/// A JWT that was made at 10:00 on 15 January 2026 and lives an hour.
pub(crate) const JWT: &str = "e30.eyJpYXQiOjE3Njg0NzEyMDAsImV4cCI6MTc2ODQ3NDgwMH0.x";

fn place(siret: &str, closed: Option<&str>) -> Value {
    json!({
        "descriptionEtablissement": {
            "siret": siret,
            "statutPourFormalite": if closed.is_some() { "6" } else { "5" },
            "dateEffetFermeture": closed,
            "codeApe": "6202A",
        },
        "adresse": {"codePostal": "75007", "commune": "Paris 7", "numVoie": "1", "typeVoie": "RUE", "voie": "des lilas"},
        "activites": [{
            "indicateurPrincipal": true, "dateDebut": "2010-03-01", "formeExercice": "COMMERCIALE",
            "descriptionDetaillee": "Conseil  en systèmes",
        }],
    })
}

/// INPI on a legal person.
pub(crate) fn rne_company() -> Value {
    json!({"formality": {
        "siren": "418166096",
        "diffusionCommerciale": true,
        "diffusionINSEE": "O",
        "content": {
            "formeExerciceActivitePrincipale": "LIBERALE_NON_REGLEMENTEE",
            "personneMorale": {
                "adresseEntreprise": {"adresse": {"codePostal": "75007", "commune": "Paris 7", "numVoie": "34", "indiceRepetition": "bis", "typeVoie": "AVENUE", "voie": "de l'Opéra"}},
                "etablissementPrincipal": place("41816609600069", None),
                "autresEtablissements": [place("41816609600051", Some("2020-01-01")), place("41816609600077", None)],
                "observations": {"rcs": [{"numObservation": "1", "dateAjout": "2016-02-29", "texte": "TRANSFERT  DU SIEGE"}]},
                "identite": {
                    "entreprise": {"denomination": "Octo Technology", "formeJuridique": "5710", "codeApe": "6202A", "dateImmat": "1998-04-01T00:00:00+02:00", "dateDebutActiv": "1998-04-01"},
                    "description": {"objet": "Conseil", "dateClotureExerciceSocial": "3112", "montantCapital": 50000.0},
                },
                "beneficiairesEffectifs": [{"beneficiaireId": "21120ee0-d42b-44f6-a462-d3724cf6aeaf", "beneficiaire": {"descriptionPersonne": {"nom": "Le Gall", "prenoms": ["Camille"], "dateDeNaissance": "1975-05"}, "adresseDomicile": {"pays": "FRANCE"}}, "modalite": {"detentionPartTotale": 100.0}}],
                    "composition": {"pouvoirs": [{"actif": true, "roleEntreprise": "73", "individu": {
                    "descriptionPersonne": {"nom": "Le Gall", "prenoms": ["Camille"], "dateDeNaissance": "1975-05"},
                    "adresseDomicile": {"commune": "RENNES"},
                }}]},
            },
            "inscriptionsOffices": [{"dateEffet": "2024-06-15", "observationComplementaire": "Qualité d'artisan"}],
        },
    }})
}

/// INPI on what a company filed: a deed and accounts.
pub(crate) fn rne_attachments() -> Value {
    let document = |id: &str| {
        json!({
            "updatedAt": "2024-06-07T04:55:39+02:00",
            "dateDepot": "2024-01-29",
            "nomDocument": "C0022A1001L167004D20240604H170356",
            "confidentiality": "Public",
            "deleted": false,
            "id": id,
        })
    };
    let mut accounts = document("63e7e2e3998acaecf81b485f");
    accounts["dateCloture"] = json!("2023-08-31");
    accounts["typeBilan"] = json!("C");
    json!({"actes": [document("63e7e2e3998acaecf81b485e")], "bilans": [accounts]})
}

/// DataSubvention on an association with one grant, of which only the payment is known.
pub(crate) fn grants() -> Value {
    let told = |value: Value| json!({"value": value, "provider": "Chorus", "last_update": "2021-03-15T00:00:00.000Z"});
    json!({"subventions": [{"application": null, "payments": [{
        "ej": told(json!("2103847562")),
        "amount": told(json!(1250)),
        "dateOperation": told(json!("2021-03-15T00:00:00.000Z")),
        "programme": told(json!("219")),
    }]}]})
}

/// The directory on an association.
pub(crate) const ASSOCIATION: &str = r#"<asso><id_rna>W751004076</id_rna>
<identite><nom>LES AMIS  DU PORT</nom><nom_sirene>LES AMIS DU PORT</nom_sirene><sigle>ADP</sigle><id_rna>W751004076</id_rna><id_ex>759S4076</id_ex>
<id_siren>775672272</id_siren><id_siret_siege>77567227221138</id_siret_siege><id_correspondance>1011627</id_correspondance>
<id_forme_juridique>9220</id_forme_juridique><lib_forme_juridique>Association déclarée</lib_forme_juridique>
<date_pub_jo>0001-01-01</date_pub_jo><date_creat>1964-12-30</date_creat><date_dissolution>0001-01-01</date_dissolution>
<date_modif_rna>2022-08-10</date_modif_rna><date_modif_siren>2022-11-10</date_modif_siren><active>true</active><util_publique>false</util_publique>
<groupement>Simple</groupement><eligibilite_cec>true</eligibilite_cec><regime>loi1901</regime><impots_commerciaux>false</impots_commerciaux></identite>
<activites><objet>entretenir  le port</objet><id_objet_social1>011170</id_objet_social1><lib_objet_social1>nautisme</lib_objet_social1>
<id_activite_principale>94.99Z</id_activite_principale><lib_activite_principale>Autres</lib_activite_principale><annee_activite_principale>0   </annee_activite_principale>
<id_tranche_effectif>01</id_tranche_effectif><lib_tranche_effectif>1 ou 2 salariés</lib_tranche_effectif><annee_effectif_salarie_cent>2020</annee_effectif_salarie_cent>
<appartenance_ess>O</appartenance_ess></activites>
<coordonnees><adresse_siege><cplt_1>BATIMENT B</cplt_1><num_voie>98 </num_voie><type_voie>RUE</type_voie><voie>Didot</voie><cp>75014</cp><commune>Paris 14e</commune><code_insee>75114</code_insee></adresse_siege></coordonnees>
<reseaux_affiliation><reseau_affiliation><nom>FEDERATION</nom><objet>aider</objet><nb_licencies>2</nb_licencies><nb_licencies_h>1</nb_licencies_h><nb_licencies_f>1</nb_licencies_f><url>http://localhost:8181/services/documents/00000000-0000-4000-8000-000000000001</url></reseau_affiliation></reseaux_affiliation>
<composition_reseau><membre><nom>AMICALE</nom><objet>se réunir</objet></membre></composition_reseau>
<representants_legaux><representant_legal><civilite>Madame</civilite><nom>Dupont</nom><prenom>Aurélie</prenom><fonction>Présidente</fonction><telephone>01 99 00 12 34</telephone><publication_internet>true</publication_internet><id_siret>77567227221138</id_siret><deleted>false</deleted></representant_legal>
<representant_legal><civilite>Monsieur</civilite><nom>Martin</nom><prenom>Jean</prenom><fonction>Président</fonction><id_siret>77567227221138</id_siret><deleted>true</deleted></representant_legal></representants_legaux>
<rhs><rh annee="2022"><nb_benevoles>70</nb_benevoles><nb_salaries>2</nb_salaries><nb_salaries_etpt>1.5</nb_salaries_etpt><id_siret>77567227221138</id_siret><nb_adherents>70</nb_adherents><nb_adherents_h>36</nb_adherents_h><nb_adherents_f>34</nb_adherents_f></rh></rhs>
<comptes><compte annee="2020"><dons>10.00</dons><subv>23456.00</subv><subv_cause>toutes activités</subv_cause><charges>20000.00</charges><resultat>-14.50</resultat><produits>19985.50</produits><a_commisaire_aux_comptes>true</a_commisaire_aux_comptes><id_siret>77567227221138</id_siret></compte></comptes>
<agrements><agrement><type>Sport</type><numero>05.11.2018</numero><niveau>national</niveau><attributeur>Ministère</attributeur><date_attribution>2017-10-18</date_attribution></agrement></agrements>
<etablissements><nb_actifs>1</nb_actifs><etablissement><id_siret>77567227221138</id_siret><id_siren>775672272</id_siren><telephone>0000000000</telephone><est_siege>true</est_siege><actif>true</actif><date_actif>2006-01-24</date_actif>
<id_activite_principale>94.99Z</id_activite_principale><lib_activite_principale>Autres</lib_activite_principale><id_tranche_effectif>01</id_tranche_effectif><lib_tranche_effectif>1 ou 2 salariés</lib_tranche_effectif></etablissement></etablissements>
<documents><nbDocDac>3</nbDocDac><nbDocRna>2</nbDocRna>
<document_dac><meta><id_siret>77567227221138</id_siret><type>RAR</type><etat>archivé</etat></meta><time_depot>2018-09-01 21:00:00</time_depot><uuid>00000000-0000-4000-8000-000000000002</uuid><nom>Rapport.pdf</nom><url>http://localhost:8181/services/documents/00000000-0000-4000-8000-000000000002</url></document_dac>
<document_dac><meta><id_siret>77567227221138</id_siret><type>RIB</type><etat>courant</etat></meta><uuid>00000000-0000-4000-8000-000000000003</uuid><nom>Rib.pdf</nom><url>http://localhost:8181/services/documents/00000000-0000-4000-8000-000000000003</url></document_dac>
<document_dac><meta><id_siret>77567227221138</id_siret><type>CPA</type><etat>supprimé</etat></meta><uuid>00000000-0000-4000-8000-000000000004</uuid><nom>Comptes.pdf</nom><url>http://localhost:8181/services/documents/00000000-0000-4000-8000-000000000004</url></document_dac>
<document_rna><id>00000000-0000-4000-8000-000000000005</id><type>PIECE</type><annee>2014</annee><sous_type>STC</sous_type><time>1604185200</time><url>http://localhost:8181/services/documents/00000000-0000-4000-8000-000000000005</url><lib_sous_type>Statuts</lib_sous_type></document_rna>
<document_rna><id>00000000-0000-4000-8000-000000000006</id><type>RECEPISSE</type><annee>2015</annee><sous_type>MD</sous_type><time>1604185200</time><lib_sous_type>Récépissé de modification</lib_sous_type></document_rna></documents></asso>"#;

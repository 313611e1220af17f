//! Reads what must hold of what few messages have: links and XML.

use super::event::Keys;
use super::keys;
use super::pattern::{LinkCheck, LinkTest, MoreChecks, XmlCheck, XmlTest};
use super::read::Item;
use super::script::Script;
use super::xml::XmlPath;

impl Script<'_> {
    /// Reads `links` and `xml`; nothing where neither is there.
    pub(super) fn more(&self, keys: &Keys<'_>) -> Option<MoreChecks> {
        let (links, xml) = (keys.all("links"), keys.all("xml"));
        if links.is_empty() && xml.is_empty() {
            return None;
        }
        Some(MoreChecks {
            links: self.links(&links),
            xml: self.elements(&xml),
        })
    }

    fn links(&self, items: &[Item<'_>]) -> Vec<LinkCheck> {
        let mut checks = Vec::new();
        for item in items {
            let relations = item.map("`links`").map(|table| table.items());
            for item in relations.unwrap_or_default() {
                if item.name().is_empty() || item.name().contains(char::is_whitespace) {
                    item.log
                        .note(item.key.span(), "no relation type")
                        .advice("e.g. links.next.present = true");
                }
                checks.extend(self.link(&item).map(|test| LinkCheck {
                    relation: item.name().to_owned(),
                    test,
                    place: item.place(),
                }));
            }
        }
        checks
    }

    fn link(&self, item: &Item<'_>) -> Option<LinkTest> {
        if !item.is_table() {
            return self.octets_of(item).map(LinkTest::Leads);
        }
        let table = item.table(&keys::LINK)?;
        match (table.get("leads"), table.get("present")) {
            (Some(leads), None) => self.octets_of(&leads).map(LinkTest::Leads),
            (None, Some(present)) => present.flag().map(LinkTest::Present),
            _ => {
                item.note("either `leads` or `present`")
                    .advice("e.g. links.next = '/items?page=2', links.prev.present = false");
                None
            }
        }
    }

    fn elements(&self, items: &[Item<'_>]) -> Vec<XmlCheck> {
        let mut checks = Vec::new();
        for item in items {
            let paths = item.map("`xml`").map(|table| table.items());
            for item in paths.unwrap_or_default() {
                let path = match XmlPath::parse(item.name()) {
                    Ok(path) => path,
                    Err(why) => {
                        item.log
                            .note(item.key.span(), format!("no path of elements: {why}"))
                            .advice(
                                "e.g. xml.'methodResponse/params/param[1]/value/int' = '19', \
                                 struct/member[name='x']/value, */value",
                            );
                        continue;
                    }
                };
                checks.extend(self.element(&item).map(|test| XmlCheck {
                    path,
                    test,
                    place: item.place(),
                }));
            }
        }
        checks
    }

    fn element(&self, item: &Item<'_>) -> Option<XmlTest> {
        if !item.is_table() {
            return self.octets_of(item).map(XmlTest::Is);
        }
        let table = item.table(&keys::XML)?;
        match table.items().as_slice() {
            [one] => match one.name() {
                "is" => self.octets_of(one).map(XmlTest::Is),
                "number" => one.number().map(XmlTest::Number),
                _ => one.flag().map(XmlTest::Present),
            },
            _ => {
                item.note("one of `is`, `number` and `present`");
                None
            }
        }
    }
}

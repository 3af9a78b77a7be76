//! Webhooks: what is told, how it is signed, when it is tried again, and which addresses may be reached.

use crate::code::codes;
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

codes! {
    /// What others are told of.
    Event, "webhook-event" {
        /// An assignment took effect.
        AssignmentBegun = "assignment_begun",
        /// An assignment was recalled.
        AssignmentRecalled = "assignment_recalled",
        /// A case was opened.
        CaseOpened = "case_opened",
        /// A case was decided.
        CaseDecided = "case_decided",
        /// A hand-off was pushed to the other side.
        HandoffPushed = "handoff_pushed",
        /// Somebody claimed it.
        HandoffClaimed = "handoff_claimed",
        /// The other side was told what was found.
        HandoffAnswered = "handoff_answered",
        /// Its due day passed.
        HandoffOverdue = "handoff_overdue",
    }
}

codes! {
    /// How a delivery stands.
    State, "webhook-state" {
        /// To be sent, or to be sent again.
        Waiting = "waiting",
        /// The receiver took it.
        Delivered = "delivered",
        /// Given up; somebody can send it again by hand.
        Dead = "dead",
    }
}

codes! {
    /// Why an attempt failed.
    Problem, "webhook-problem" {
        /// The receiver answers something else than 2xx.
        Status = "status",
        /// It sends elsewhere, which is not followed.
        Redirect = "redirect",
        /// It does not answer in time.
        Timeout = "timeout",
        /// Nobody is there, or it cannot be believed who it is.
        Unreachable = "unreachable",
        /// Its name leads to an address that may not be reached.
        Forbidden = "forbidden",
    }
}

/// The header that holds the signature.
pub const SIGNATURE_HEADER: &str = "baton-signature";
/// The header that holds the delivery's identifier, the same at every attempt.
pub const DELIVERY_HEADER: &str = "baton-delivery";

/// The signature of a body at a moment (seconds since 1970): `t=…,v1=…`, where `v1` is HMAC-SHA256 over the
/// moment, a full stop and the body. Whoever checks it refuses old moments, so that nobody can send it again.
pub fn signature(secret: &str, moment: i64, body: &str) -> String {
    let mut text = format!("t={moment},v1=");
    // Any length of key is good.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
        mac.update(moment.to_string().as_bytes());
        mac.update(b".");
        mac.update(body.as_bytes());
        for byte in mac.finalize().into_bytes() {
            // Writing to memory does not fail.
            let _ = write!(text, "{byte:02x}");
        }
    }
    text
}

/// How long after each failed attempt the next one follows: a minute to a day, two days in all.
const WAITS: [i64; 7] = [1, 5, 30, 2 * 60, 6 * 60, 12 * 60, 24 * 60];
/// Attempts that fail one after the other before a webhook is switched off.
pub const MOST_FAILURES: u32 = 50;

/// How long after so many failed attempts the next one follows; none where the delivery is given up.
pub fn wait_after(attempts: u32) -> Option<TimeDelta> {
    let place = usize::try_from(attempts.checked_sub(1)?).ok()?;
    WAITS.get(place).map(|&minutes| TimeDelta::minutes(minutes))
}

/// A network whose addresses may be reached though they are not public, such as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// A text that is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write an address and a length, such as 10.0.0.0/8")]
pub struct NoNetwork;

impl std::str::FromStr for Network {
    type Err = NoNetwork;
    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| NoNetwork)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.trim().parse().map_err(|_| NoNetwork))?;
        if bits > most { Err(NoNetwork) } else { Ok(Self { address, bits }) }
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

impl Network {
    /// Those of this machine.
    pub const LOOPBACK: [Self; 2] = [
        Self { address: IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), bits: 8 },
        Self { address: IpAddr::V6(Ipv6Addr::LOCALHOST), bits: 128 },
    ];

    /// Whether an address belongs to it.
    pub fn contains(&self, address: IpAddr) -> bool {
        let same = |one: u128, other: u128, width: u32| {
            let kept = u32::from(self.bits);
            kept == 0 || one >> (width - kept) == other >> (width - kept)
        };
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(one), IpAddr::V4(other)) => same(one.to_bits().into(), other.to_bits().into(), 32),
            (IpAddr::V6(one), IpAddr::V6(other)) => same(one.to_bits(), other.to_bits(), 128),
            _ => false,
        }
    }
}

/// Whether an address of the fourth version is anybody's on the public network.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_reserved = a == 0 || a >= 240 || (a == 192 && b == 0 && c == 0);
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_benchmark = a == 198 && (b == 18 || b == 19);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || is_reserved
        || is_shared
        || is_benchmark)
}

/// Whether an address is anybody's on the public network, as far as its form tells. Addresses that carry one of the
/// fourth version inside are what they carry.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => {
            let parts = address.segments();
            let carried = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
            match parts {
                [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
                    is_public_v4(carried(high, low))
                }
                // Teredo, documentation, and the like.
                [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
                // Global addresses alone; what else there is belongs to a machine, a site or nobody.
                [first, ..] => first & 0xe000 == 0x2000,
            }
        }
    }
}

/// Whether deliveries may be sent to an address: to public ones over TLS, and however to those of networks that the
/// operator named.
pub fn may_reach(address: IpAddr, is_tls: bool, networks: &[Network]) -> bool {
    networks.iter().any(|network| network.contains(address)) || (is_tls && is_public(address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn signatures_are_hmac_sha256() {
        // printf '1700000000.{"id":1}' | openssl dgst -sha256 -hmac geheim
        let expected = "t=1700000000,v1=f01a2480dbe8b1d067257e553b1f7c73dc4c2777f1ea44ed9a2565f42842b842";
        let signed = signature("geheim", 1_700_000_000, "{\"id\":1}");
        assert_eq!(signed, expected);
        for (secret, moment, body) in [
            ("andere", 1_700_000_000, "{\"id\":1}"),
            ("geheim", 1_700_000_001, "{\"id\":1}"),
            ("geheim", 1_700_000_000, "{\"id\":2}"),
        ] {
            assert_ne!(signed, signature(secret, moment, body));
        }
    }

    #[test]
    fn waits_grow_until_it_is_given_up() {
        let waits: Vec<_> = (1..).map_while(wait_after).collect();
        assert_eq!(waits.len(), WAITS.len());
        assert!(waits.is_sorted() && waits[0] == TimeDelta::minutes(1));
        assert_eq!(wait_after(0), None);
        assert_eq!(wait_after(8), None);
    }

    #[test]
    fn inner_addresses_are_not_reached() {
        let none: [Network; 0] = [];
        for inner in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.2.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
        ] {
            let address: IpAddr = inner.parse().expect("an address");
            assert!(!may_reach(address, true, &none), "{inner}");
        }
        for outer in ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"] {
            let address: IpAddr = outer.parse().expect("an address");
            assert!(may_reach(address, true, &none), "{outer}");
            assert!(!may_reach(address, false, &none), "{outer} without TLS");
        }
    }

    #[test]
    fn the_operator_names_networks() {
        let networks: Vec<Network> =
            ["10.0.0.0/8", "fd00::/8", "192.168.7.9"].map(|text| text.parse().expect("a network")).into();
        for (address, expected) in [
            ("10.200.0.1", true),
            ("11.0.0.1", false),
            ("fd12::1", true),
            ("fe80::1", false),
            ("192.168.7.9", true),
            ("192.168.7.8", false),
            ("::ffff:10.0.0.1", true),
            ("127.0.0.1", false),
        ] {
            assert_eq!(
                may_reach(address.parse().expect("an address"), false, &networks),
                expected,
                "{address}"
            );
        }
        for wrong in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/", "name/8", "10.0.0.0/-1"] {
            assert_eq!(wrong.parse::<Network>(), Err(NoNetwork), "{wrong}");
        }
        assert_eq!(networks[0].to_string(), "10.0.0.0/8");
        for address in ["127.0.0.1", "127.9.9.9", "::1"] {
            assert!(may_reach(address.parse().expect("an address"), false, &Network::LOOPBACK), "{address}");
        }
    }

    proptest! {
        #[test]
        fn a_network_contains_what_begins_like_it(bits in 0_u8..=32, one in any::<u32>(), other in any::<u32>()) {
            let network = Network { address: IpAddr::V4(Ipv4Addr::from_bits(one)), bits };
            let same = (0..u32::from(bits)).all(|place| one >> (31 - place) & 1 == other >> (31 - place) & 1);
            prop_assert_eq!(network.contains(IpAddr::V4(Ipv4Addr::from_bits(other))), same);
        }

        #[test]
        fn what_is_reached_without_tls_was_named(bits in any::<u32>()) {
            prop_assert!(!may_reach(IpAddr::V4(Ipv4Addr::from_bits(bits)), false, &[]));
        }
    }
}

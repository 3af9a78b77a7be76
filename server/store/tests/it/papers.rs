//! Papers: numbers that are never used twice, states that only go on, and files that are replaced once.

use crate::common::each_database;
use crate::made::{assignment, day, power, refusal, unit};
use domain::Period;
use domain::attachment::{Beside, MediaType};
use domain::duty::Sight;
use domain::id::{AttachmentId, PaperId};
use domain::paper::{PaperKind, PaperState};
use domain::power::PowerType;
use domain::unit::UnitKind;
use store::attachment::{self as attachments, Attachment};
use store::paper::{self as papers, Filter, Paper};
use store::{StoreError, new_id};

#[test]
fn numbers_and_states_only_go_on() {
    each_database(async |db| {
        let power = power("A", "审批", PowerType::Licence, "");
        let giver = unit("4100", "局", UnitKind::Department, None);
        let town = unit("4101", "镇", UnitKind::Township, None);
        let assignment = assignment(&power, &town, "2025-01-01");
        let paper = Paper {
            id: PaperId(new_id()),
            kind: PaperKind::Acceptance,
            number: "局承〔2026〕1号".to_owned(),
            issuer: giver.id,
            receiver: town.id,
            content: serde_json::json!({ "title": "确认书" }),
            term: Period { from: day("2026-01-01"), to: None },
            state: PaperState::Drawn,
            drawn_on: day("2026-11-24"),
            drawn_by: None,
            signed_on: None,
            published_on: None,
            voided_on: None,
            void_reason: String::new(),
        };
        let mut conn = db.write().await.unwrap();
        store::power::insert(&mut conn, &power).await.unwrap();
        store::unit::insert(&mut conn, &giver).await.unwrap();
        store::unit::insert(&mut conn, &town).await.unwrap();
        store::assignment::insert(&mut conn, &assignment).await.unwrap();
        papers::insert(&mut conn, &paper, &[assignment.id], &[&paper.number, "审批"]).await.unwrap();
        for next in 1..4 {
            let taken = papers::next_number(&mut conn, giver.id, PaperKind::Waiver, 2026).await.unwrap();
            assert_eq!(taken, next);
        }
        assert_eq!(papers::next_number(&mut conn, giver.id, PaperKind::Waiver, 2027).await.unwrap(), 1);
        assert_eq!(papers::last_number(&mut conn, giver.id, PaperKind::Acceptance, 2026).await.unwrap(), 0);
        assert!(papers::is_taken(&mut conn, &paper.number).await.unwrap());
        for pattern in ["a", "b"] {
            papers::save_pattern(&mut conn, giver.id, PaperKind::Waiver, pattern).await.unwrap();
        }
        let patterns = papers::patterns(&mut conn, giver.id).await.unwrap();
        assert_eq!(patterns, [(PaperKind::Waiver, "b".to_owned())]);
        conn.commit().await.unwrap();

        let same = Paper { id: PaperId(new_id()), ..paper.clone() };
        let refused = refusal(&db, async |conn| papers::insert(conn, &same, &[], &[]).await).await;
        assert!(matches!(refused, StoreError::Duplicate), "{refused:?}");
        let signed = Paper {
            id: PaperId(new_id()),
            number: "2".to_owned(),
            state: PaperState::Signed,
            ..paper.clone()
        };
        let refused = refusal(&db, async |conn| papers::insert(conn, &signed, &[], &[]).await).await;
        assert!(matches!(refused, StoreError::Check(_)), "{refused:?}");

        let mut conn = db.write().await.unwrap();
        let today = day("2026-11-25");
        assert!(!papers::publish(&mut conn, paper.id, today).await.unwrap());
        assert!(papers::sign(&mut conn, paper.id, today, None).await.unwrap());
        assert!(!papers::sign(&mut conn, paper.id, today, None).await.unwrap());
        assert!(papers::publish(&mut conn, paper.id, today).await.unwrap());
        assert!(!papers::publish(&mut conn, paper.id, today).await.unwrap());
        assert!(papers::void(&mut conn, paper.id, today, "x").await.unwrap());
        assert!(!papers::void(&mut conn, paper.id, today, "x").await.unwrap());
        assert!(!papers::sign(&mut conn, paper.id, today, None).await.unwrap());
        let kept = papers::locked(&mut conn, paper.id).await.unwrap().unwrap();
        let wanted = Paper {
            state: PaperState::Voided,
            signed_on: Some(today),
            published_on: Some(today),
            voided_on: Some(today),
            void_reason: "x".to_owned(),
            ..paper.clone()
        };
        assert_eq!(kept, wanted);
        conn.commit().await.unwrap();

        let mut conn = db.read().await.unwrap();
        for (typed, found) in [("shenpi", 1), ("局承", 1), ("别的", 0)] {
            let filter = Filter {
                typed: typed.to_owned(),
                kind: Some(PaperKind::Acceptance),
                state: Some(PaperState::Voided),
                assignment: Some(assignment.id),
            };
            assert_eq!(papers::total(&mut conn, &filter, Sight::Everything).await.unwrap(), found, "{typed}");
            let lines = papers::list(&mut conn, &filter, Sight::Everything, 10, 0).await.unwrap();
            assert_eq!(lines.len(), usize::try_from(found).unwrap());
        }
        assert_eq!(papers::total(&mut conn, &Filter::default(), Sight::Nothing).await.unwrap(), 0);
        assert!(papers::visible(&mut conn, paper.id, Sight::Nothing).await.unwrap().is_none());
        assert!(papers::visible(&mut conn, paper.id, Sight::Support(town.id)).await.unwrap().is_some());
    });
}

#[test]
fn a_file_is_replaced_once() {
    each_database(async |db| {
        let file = |replaces| Attachment {
            id: AttachmentId(new_id()),
            beside: Beside::Paper,
            of: new_id(),
            name: "扫描.pdf".to_owned(),
            media: MediaType::Pdf,
            size: 3,
            sha256: "0".repeat(64),
            by: None,
            at: chrono::DateTime::UNIX_EPOCH,
            replaces,
        };
        let first = file(None);
        let second = Attachment { of: first.of, ..file(Some(first.id)) };
        let mut conn = db.write().await.unwrap();
        attachments::insert(&mut conn, &first, b"one").await.unwrap();
        attachments::insert(&mut conn, &second, b"two").await.unwrap();
        conn.commit().await.unwrap();
        let third = Attachment { of: first.of, ..file(Some(first.id)) };
        let refused = refusal(&db, async |conn| attachments::insert(conn, &third, b"x").await).await;
        assert!(matches!(refused, StoreError::Duplicate), "{refused:?}");
        let mut conn = db.read().await.unwrap();
        let lines = attachments::of(&mut conn, Beside::Paper, first.of).await.unwrap();
        let replaced = lines.iter().filter(|line| line.is_replaced).map(|line| line.file.id);
        assert_eq!(replaced.collect::<Vec<_>>(), [first.id]);
        assert_eq!(lines.len(), 2);
    });
}

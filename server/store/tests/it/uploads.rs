use crate::common::each_database;
use crate::made::{person, refusal};
use domain::people::Person;
use serde_json::json;
use store::upload::{self, Upload};
use store::{StoreError, new_id};

fn came(person: &Person, at: &str) -> Upload {
    Upload {
        id: new_id(),
        person_id: person.id.0,
        kind: "units".to_owned(),
        file_name: "单位 \"表\".csv".to_owned(),
        content: (0..=255).cycle().take(100_000).collect(),
        uploaded_at: at.parse().unwrap(),
        report: json!({ "zh-CN": { "new": 1, "errors": ["缺少日期"] } }),
        is_done: false,
    }
}

#[test]
fn files_wait_are_finished_and_go() {
    each_database(async |db| {
        let (who, other) = (person("P1", "张一禾"), person("P2", "李青田"));
        let early = came(&who, "2026-03-01T08:00:00.123456Z");
        let late = came(&who, "2026-03-02T08:00:00Z");
        let third = came(&who, "2026-03-03T00:00:00+08:00");
        let empty = Upload { content: Vec::new(), file_name: String::new(), ..third };
        let mut conn = db.write().await.unwrap();
        for each in [&who, &other] {
            store::people::insert_person(&mut conn, each).await.unwrap();
        }
        for each in [&early, &late, &empty] {
            upload::insert(&mut conn, each).await.unwrap();
            let stored = upload::by_id(&mut conn, each.id, who.id).await.unwrap();
            assert_eq!(stored.as_ref(), Some(each));
            assert_eq!(upload::by_id(&mut conn, each.id, other.id).await.unwrap(), None, "another's");
        }
        let report = json!({ "new": 2 });
        assert!(upload::claim(&mut conn, late.id, other.id).await.unwrap().is_none(), "another's");
        assert!(upload::claim(&mut conn, late.id, who.id).await.unwrap().is_some());
        assert!(upload::claim(&mut conn, late.id, who.id).await.unwrap().is_none(), "taken once");
        upload::keep_report(&mut conn, late.id, &report).await.unwrap();
        let done = Upload { report, is_done: true, ..late.clone() };
        // What came at that very moment stays.
        let removed = upload::delete_before(&mut conn, late.uploaded_at).await.unwrap();
        assert_eq!(removed, 1);
        assert_eq!(upload::by_id(&mut conn, early.id, who.id).await.unwrap(), None);
        assert_eq!(upload::by_id(&mut conn, late.id, who.id).await.unwrap(), Some(done));
        conn.commit().await.unwrap();
        let refused = refusal(&db, async |conn| upload::insert(conn, &late).await).await;
        assert!(matches!(refused, StoreError::Duplicate), "{refused:?}");
    });
}

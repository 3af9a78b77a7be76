//! Credit hours: what is owed and what the ledger adds up to.

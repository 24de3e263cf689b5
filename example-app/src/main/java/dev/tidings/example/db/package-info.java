/** The database: a pool, migrations, transactions, and just enough over JDBC to read well. */
@NullMarked
package dev.tidings.example.db;

import org.jspecify.annotations.NullMarked;

/// The object identifier of a type, as fixed in PostgreSQL's `pg_type.dat`.
package struct PostgresType: Sendable, Hashable {
    package let oid: UInt32

    static let bool = PostgresType(oid: 16)
    static let bytes = PostgresType(oid: 17)
    static let name = PostgresType(oid: 19)
    static let int8 = PostgresType(oid: 20)
    static let int2 = PostgresType(oid: 21)
    static let int4 = PostgresType(oid: 23)
    static let text = PostgresType(oid: 25)
    static let json = PostgresType(oid: 114)
    static let float4 = PostgresType(oid: 700)
    static let float8 = PostgresType(oid: 701)
    static let varchar = PostgresType(oid: 1043)
    static let timestamptz = PostgresType(oid: 1184)
    static let jsonb = PostgresType(oid: 3802)

    static let textArray = PostgresType(oid: 1009)
    static let int8Array = PostgresType(oid: 1016)
    static let float8Array = PostgresType(oid: 1022)
    static let timestamptzArray = PostgresType(oid: 1185)
    static let jsonbArray = PostgresType(oid: 3807)
}

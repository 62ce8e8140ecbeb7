namespace CloudPos.Iso8583;

/// <summary>
/// How messages lie on the line: the fields as a table, and the coding of type, bitmaps and length prefixes.
/// Immutable; another acquirer's dialect is a layout derived with <see cref="With"/>.
/// </summary>
public sealed class Iso8583Layout
{
    public const int FieldMax = 128;

    private readonly Iso8583Field?[] _fields;

    private Iso8583Layout(string name, FieldEncoding numbers, FieldEncoding bitmap, Iso8583Field?[] fields)
    {
        Name = name;
        Numbers = numbers;
        Bitmap = bitmap;
        _fields = fields;
    }

    /// <summary>Everything in ASCII; bitmaps and binary fields as hex digits.</summary>
    public static Iso8583Layout Ascii87 { get; } =
        new("ISO 8583:1987 ASCII", FieldEncoding.Ascii, FieldEncoding.Ascii, Table(FieldEncoding.Ascii));

    /// <summary>
    /// Numbers, tracks and length prefixes as binary coded decimals; bitmaps and binary fields as bytes.
    /// </summary>
    public static Iso8583Layout Binary87 { get; } =
        new("ISO 8583:1987 binary", FieldEncoding.Bcd, FieldEncoding.Binary, Table(FieldEncoding.Bcd));

    public string Name { get; }

    /// <summary>Coding of the message type and of length prefixes: Ascii or Bcd.</summary>
    public FieldEncoding Numbers { get; }

    /// <summary>Coding of the bitmaps: Ascii (hex digits) or Binary.</summary>
    public FieldEncoding Bitmap { get; }

    /// <summary>The row of a field, or null when the layout has none.</summary>
    public Iso8583Field? this[int number] => number is >= 2 and <= FieldMax ? _fields[number] : null;

    /// <summary>The same layout with these rows in place of the rows of the same numbers.</summary>
    public Iso8583Layout With(params ReadOnlySpan<Iso8583Field> fields)
    {
        var changed = (Iso8583Field?[])_fields.Clone();
        foreach (var field in fields)
        {
            Check(field);
            changed[field.Number] = field;
        }
        return new(Name, Numbers, Bitmap, changed);
    }

    /// <summary>The same layout under the dialect's name, which errors and printouts show.</summary>
    public Iso8583Layout Named(string name) => new(name, Numbers, Bitmap, _fields);

    private static Iso8583Field?[] Table(FieldEncoding numbers)
    {
        var fields = new Iso8583Field?[FieldMax + 1];
        foreach (var row in Iso8583Standard.Fields87)
        {
            var encoding = row.Kind switch
            {
                FieldKind.N or FieldKind.Z or FieldKind.XN => numbers,
                FieldKind.B => numbers == FieldEncoding.Ascii ? FieldEncoding.Ascii : FieldEncoding.Binary,
                FieldKind.An or FieldKind.Ans => FieldEncoding.Ascii,
                _ => throw new ArgumentOutOfRangeException(nameof(numbers)),
            };
            var field = row with { Encoding = encoding };
            Check(field);
            fields[field.Number] = field;
        }
        return fields;
    }

    private static void Check(Iso8583Field field)
    {
        var lengthMax = field.Prefix switch { LengthPrefix.LL => 99, LengthPrefix.LLL => 999, _ => 999 };
        if (field.Number is < 2 or > FieldMax)
            throw new ArgumentException("Fields are numbered 2 to 128; field 1 is the second bitmap.");
        if (field.Length < 1 || field.Length > lengthMax || (field.Kind == FieldKind.XN && field.Length < 2))
            throw new ArgumentException($"Field {field.Number} has a length that its prefix cannot tell.");
        var fits = field.Encoding switch
        {
            FieldEncoding.Ascii => true,
            FieldEncoding.Bcd => field.Kind is FieldKind.N or FieldKind.Z or FieldKind.XN,
            FieldEncoding.Binary => field.Kind == FieldKind.B,
            _ => false,
        };
        if (!fits)
            throw new ArgumentException($"Field {field.Number}, {field.Kind}, cannot be {field.Encoding}.");
    }
}

using System.Text;
using CloudPos.Iso8583;
using CsCheck;

namespace CloudPos.Tests.Iso8583;

public sealed class CodecTests
{
    public static TheoryData<string> Layouts => [Iso8583Layout.Ascii87.Name, Iso8583Layout.Binary87.Name];

    [Theory]
    [InlineData("nothing", "", Iso8583Fault.MtiTruncated, 0, 0)]
    [InlineData("half a type", "02", Iso8583Fault.MtiTruncated, 0, 0)]
    [InlineData("a letter in the type", "02A0", Iso8583Fault.MtiInvalid, 0, 2)]
    [InlineData("no bitmap", "0200", Iso8583Fault.BitmapTruncated, 1, 4)]
    [InlineData("a bitmap that is no hex", "0200X000000000000000", Iso8583Fault.BitmapInvalid, 1, 4)]
    [InlineData("no second bitmap", "02008000000000000000", Iso8583Fault.BitmapTruncated, 1, 20)]
    [InlineData("no length", "02004000000000000000", Iso8583Fault.LengthTruncated, 2, 20)]
    [InlineData("a letter in the length", "020040000000000000001X", Iso8583Fault.LengthInvalid, 2, 21)]
    [InlineData("a length above the field's", "0200400000000000000020", Iso8583Fault.ValueTooLong, 2, 20)]
    [InlineData("a value cut", "0200400000000000000016424242424242424", Iso8583Fault.ValueTruncated, 2, 22)]
    [InlineData("a letter in a number", "0200200000000000000000000A", Iso8583Fault.CharacterInvalid, 3, 25)]
    [InlineData("a control character in a text", "02000000000000800000TERM\u0007001",
        Iso8583Fault.CharacterInvalid, 41, 24)]
    [InlineData("bytes that are no hex", "02000000000000001000" + "00112233445566XX",
        Iso8583Fault.CharacterInvalid, 52, 34)]
    [InlineData("an amount without its letter", "02000000001000000000" + "000001250",
        Iso8583Fault.CharacterInvalid, 28, 20)]
    [InlineData("a byte too many", "020000000000000000000", Iso8583Fault.Trailing, 0, 20)]
    public void A_bad_ascii_message_names_fault_field_and_place(
        string what, string text, Iso8583Fault fault, int field, int offset)
    {
        var decoded = Iso8583Codec.TryDecode(Encoding.ASCII.GetBytes(text), Iso8583Layout.Ascii87);
        Assert.Equal((what, fault, field, offset), (what, decoded.Fault, decoded.Field, decoded.Offset));
    }

    [Theory]
    [InlineData("half a type", "02", Iso8583Fault.MtiTruncated, 0, 0)]
    [InlineData("a type that is no decimal", "0A00", Iso8583Fault.MtiInvalid, 0, 0)]
    [InlineData("half a bitmap", "020070000000", Iso8583Fault.BitmapTruncated, 1, 2)]
    [InlineData("a length that is no decimal", "02004000000000000000" + "1A", Iso8583Fault.LengthInvalid, 2,
        10)]
    [InlineData("a length above the field's", "0200400000000000000020", Iso8583Fault.ValueTooLong, 2, 10)]
    [InlineData("padding that is not zero", "02000000040000000000" + "1051", Iso8583Fault.CharacterInvalid,
        22, 10)]
    [InlineData("three digits of length with padding", "02000000000000000200" + "1001AA",
        Iso8583Fault.LengthInvalid, 55, 10)]
    [InlineData("hex digit B in a track", "02000000000020000000" + "04" + "12B4",
        Iso8583Fault.CharacterInvalid, 35, 12)]
    [InlineData("a value cut", "02000000000000000200" + "0005AABBCCDD", Iso8583Fault.ValueTruncated, 55, 12)]
    [InlineData("a byte too many", "0200000000000000000000", Iso8583Fault.Trailing, 0, 10)]
    public void A_bad_binary_message_names_fault_field_and_place(
        string what, string hex, Iso8583Fault fault, int field, int offset)
    {
        var decoded = Iso8583Codec.TryDecode(Convert.FromHexString(hex), Iso8583Layout.Binary87);
        Assert.Equal((what, fault, field, offset), (what, decoded.Fault, decoded.Field, decoded.Offset));
    }

    [Theory]
    [InlineData("a number with a letter", 4, "12A", Iso8583Fault.CharacterInvalid)]
    [InlineData("a number too long", 11, "1234567", Iso8583Fault.ValueTooLong)]
    [InlineData("an empty fixed field", 4, "", Iso8583Fault.ValueTooShort)]
    [InlineData("a text beyond ASCII", 43, "Café", Iso8583Fault.CharacterInvalid)]
    [InlineData("a dash where only letters and digits may stand", 37, "12-34", Iso8583Fault.CharacterInvalid)]
    [InlineData("a text where bytes belong", 52, "0011223344556677", Iso8583Fault.KindMismatch)]
    [InlineData("an amount without its letter", 97, "1250", Iso8583Fault.CharacterInvalid)]
    [InlineData("an amount of a letter alone", 97, "C", Iso8583Fault.ValueTooShort)]
    [InlineData("a track too long", 35, "42424242424242424242424242424242424242", Iso8583Fault.ValueTooLong)]
    public void A_value_that_does_not_fit_is_not_written(
        string what, int field, string value, Iso8583Fault fault)
    {
        using var message = new Iso8583Message(Mti.FinancialRequest);
        message.Set(field, value);
        foreach (var layout in new[] { Iso8583Layout.Ascii87, Iso8583Layout.Binary87 })
        {
            var encoded = Iso8583Codec.Encode(message, layout);
            Assert.Equal((what, fault, field), (what, encoded.Fault, encoded.Field));
            Assert.Null(encoded.Bytes);
            if (value.Length > 0)
                Assert.DoesNotContain(value, encoded.ToString());
        }
    }

    [Fact]
    public void Bytes_where_a_text_belongs_and_short_bytes_are_not_written()
    {
        using var message = new Iso8583Message(Mti.FinancialRequest);
        message.SetBinary(11, [1, 2, 3]);
        Assert.Equal(Iso8583Fault.KindMismatch, Iso8583Codec.Encode(message, Iso8583Layout.Ascii87).Fault);
        message.Remove(11);
        message.SetBinary(52, [1, 2, 3]);
        Assert.Equal(Iso8583Fault.ValueTooShort, Iso8583Codec.Encode(message, Iso8583Layout.Binary87).Fault);
    }

    [Fact]
    public void A_message_above_8_KiB_is_neither_written_nor_read()
    {
        using var message = new Iso8583Message(Mti.FinancialRequest);
        for (var field = 105; field <= 127; field++)
            message.Set(field, new string('x', 999));
        Assert.Equal(Iso8583Fault.MessageTooLong, Iso8583Codec.Encode(message, Iso8583Layout.Ascii87).Fault);
        var decoded = Iso8583Codec.TryDecode(
            new byte[Iso8583Codec.MessageLengthMax + 1], Iso8583Layout.Ascii87);
        Assert.Equal(Iso8583Fault.MessageTooLong, decoded.Fault);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Any_message_is_written_read_and_written_the_same(string name)
    {
        var layout = Named(name);
        Gen.Select(Gen.Int[2, 128].Array[0, 40], Gen.Int).Sample((numbers, seed) =>
        {
            using var message = Random(numbers, new Random(seed), layout);
            var first = Iso8583Codec.Encode(message, layout);
            if (first.Fault == Iso8583Fault.MessageTooLong)
                return;
            Assert.True(first.IsValid, first.ToString());
            var decoded = Iso8583Codec.TryDecode(first.Bytes, layout);
            Assert.True(decoded.IsValid, decoded.ToString());
            using var copy = decoded.Message;
            Assert.Equal(message.Fields, copy.Fields);
            Assert.Equal(first.Bytes, Iso8583Codec.Encode(copy, layout).Bytes);
        }, iter: 500);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_cut_of_a_message_is_refused_within_it(string name)
    {
        var layout = Named(name);
        Gen.Select(Gen.Int[2, 128].Array[1, 20], Gen.Int).Sample((numbers, seed) =>
        {
            using var message = Random(numbers, new Random(seed), layout, lengthMax: 20);
            var bytes = Iso8583Codec.Encode(message, layout).Bytes;
            Assert.NotNull(bytes);
            for (var length = 0; length < bytes.Length; length++)
            {
                var decoded = Iso8583Codec.TryDecode(bytes.AsSpan(0, length), layout);
                Assert.False(decoded.IsValid);
                Assert.InRange(decoded.Offset, 0, length);
                Assert.InRange(decoded.Field, 0, 128);
            }
        }, iter: 50);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_message_with_changed_bytes_is_read_or_refused_within_it(string name)
    {
        var layout = Named(name);
        Gen.Select(Gen.Int[2, 128].Array[1, 20], Gen.Int).Sample((numbers, seed) =>
        {
            var random = new Random(seed);
            using var message = Random(numbers, random, layout, lengthMax: 50);
            var bytes = Iso8583Codec.Encode(message, layout).Bytes;
            Assert.NotNull(bytes);
            for (var i = 0; i < 3; i++)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            AssertPlaced(bytes, layout);
        }, iter: 2_000);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Random_bytes_up_to_64_KiB_are_answered_within_them(string name)
    {
        var layout = Named(name);
        Gen.Select(Gen.Int[0, 64 * 1024], Gen.Int).Sample((length, seed) =>
        {
            var bytes = new byte[length];
            new Random(seed).NextBytes(bytes);
            AssertPlaced(bytes, layout);
        }, iter: 200);
        Gen.Byte.Array[0, 200].Sample(bytes => AssertPlaced(bytes, layout), iter: 2_000);
        var digits = Gen.Char['0', '9'].Array[0, 200];
        digits.Sample(text => AssertPlaced(Encoding.ASCII.GetBytes(text), layout), iter: 2_000);
    }

    private static void AssertPlaced(byte[] bytes, Iso8583Layout layout)
    {
        var decoded = Iso8583Codec.TryDecode(bytes, layout);
        Assert.InRange(decoded.Offset, 0, bytes.Length);
        Assert.InRange(decoded.Field, 0, 128);
        Assert.Equal(decoded.IsValid, decoded.Fault == Iso8583Fault.None);
        if (!decoded.IsValid)
            return;
        using var message = decoded.Message;
        _ = message.Describe(layout);
    }

    private static Iso8583Layout Named(string name) =>
        name == Iso8583Layout.Ascii87.Name ? Iso8583Layout.Ascii87 : Iso8583Layout.Binary87;

    /// <summary>Valid values of random length in the given fields.</summary>
    private static Iso8583Message Random(
        int[] numbers, Random random, Iso8583Layout layout, int lengthMax = 999)
    {
        var message = new Iso8583Message($"0{random.Next(1, 9)}{random.Next(0, 6)}{random.Next(0, 2)}");
        foreach (var number in numbers)
        {
            var field = layout[number];
            Assert.NotNull(field);
            var isFixed = field.Prefix == LengthPrefix.Fixed;
            var length = isFixed && field.Kind == FieldKind.B ? field.Length
                : random.Next(isFixed ? 2 : 0, Math.Min(field.Length, lengthMax) + 1);
            length = Math.Min(length, field.Length);
            if (field.Kind == FieldKind.B)
            {
                var bytes = new byte[length];
                random.NextBytes(bytes);
                message.SetBinary(number, bytes);
                continue;
            }
            var characters = field.Kind switch
            {
                FieldKind.N or FieldKind.XN => "0123456789",
                FieldKind.Z => "0123456789=",
                FieldKind.An => "ABCxyz019 ",
                _ => "ABCxyz019 ~!=+",
            };
            var text = new char[length];
            for (var i = 0; i < length; i++)
                text[i] = characters[random.Next(characters.Length)];
            if (field.Kind == FieldKind.XN)
                text[0] = random.Next(2) == 0 ? 'C' : 'D';
            message.Set(number, new string(text));
        }
        return message;
    }
}

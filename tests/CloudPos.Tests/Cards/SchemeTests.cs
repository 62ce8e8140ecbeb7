using CloudPos.Cards;

namespace CloudPos.Tests.Cards;

public sealed class SchemeTests
{
    [Theory]
    [InlineData("Visa of thirteen digits", "4222222222222", Scheme.Visa)]
    [InlineData("Visa has no fourteen digits", "42222222222222", Scheme.Unknown)]
    [InlineData("Mastercard, first of the old range", "5100000000000000", Scheme.Mastercard)]
    [InlineData("Mastercard, last of the old range", "5599999999999999", Scheme.Mastercard)]
    [InlineData("Mastercard, first of the new range", "2221000000000000", Scheme.Mastercard)]
    [InlineData("before the new range", "2220999999999999", Scheme.Unknown)]
    [InlineData("Mastercard, last of the new range", "2720999999999999", Scheme.Mastercard)]
    [InlineData("after the new range", "2721000000000000", Scheme.Unknown)]
    [InlineData("Mir beside Mastercard", "2204000000000000", Scheme.Mir)]
    [InlineData("Amex of sixteen digits", "3700000000000000", Scheme.Unknown)]
    [InlineData("Discover 6011 is not Maestro 6", "6011000000000000", Scheme.Discover)]
    [InlineData("Discover 644", "6440000000000000", Scheme.Discover)]
    [InlineData("Maestro 643", "6430000000000000", Scheme.Maestro)]
    [InlineData("UnionPay 620", "6200000000000000", Scheme.UnionPay)]
    [InlineData("Maestro 67 of twelve digits", "670000000000", Scheme.Maestro)]
    [InlineData("Diners 305", "30500000000000", Scheme.Diners)]
    [InlineData("nobody's 306", "30600000000000", Scheme.Unknown)]
    [InlineData("JCB, first", "3528000000000000", Scheme.Jcb)]
    [InlineData("before JCB", "3527000000000000", Scheme.Unknown)]
    [InlineData("JCB, last", "3589999999999999", Scheme.Jcb)]
    [InlineData("empty", "", Scheme.Unknown)]
    [InlineData("no digits", "4abc", Scheme.Unknown)]
    [InlineData("too long", "42222222222222222222", Scheme.Unknown)]
    public void The_longest_prefix_decides_and_the_length_must_fit(
        string what, string digits, Scheme scheme) =>
        Assert.Equal((what, scheme), (what, SchemeRanges.Of(digits)));

    [Theory]
    [InlineData("Visa credit", "A0000000031010", Scheme.Visa)]
    [InlineData("Visa Electron", "A0000000032010", Scheme.Visa)]
    [InlineData("Mastercard", "A0000000041010", Scheme.Mastercard)]
    [InlineData("Maestro, longer than Mastercard's provider", "A0000000043060", Scheme.Maestro)]
    [InlineData("Amex", "A00000002501", Scheme.Amex)]
    [InlineData("Discover", "A0000001523010", Scheme.Discover)]
    [InlineData("JCB", "A0000000651010", Scheme.Jcb)]
    [InlineData("UnionPay", "A000000333010101", Scheme.UnionPay)]
    [InlineData("too short", "A0000000", Scheme.Unknown)]
    [InlineData("unknown provider", "A0000009991010", Scheme.Unknown)]
    public void The_application_identifier_decides_for_a_chip(string what, string aid, Scheme scheme) =>
        Assert.Equal((what, scheme), (what, SchemeAids.Of(Convert.FromHexString(aid))));

    [Theory]
    [InlineData(EntryMode.Chip, "051")]
    [InlineData(EntryMode.Contactless, "071")]
    [InlineData(EntryMode.Swipe, "901")]
    [InlineData(EntryMode.Fallback, "801")]
    [InlineData(EntryMode.Manual, "011")]
    public void Field_22_tells_the_entry_mode_and_is_read_back(EntryMode mode, string field22)
    {
        Assert.Equal(field22, mode.ToField22());
        Assert.Equal(mode, EntryModes.FromField22(field22));
        Assert.Equal(field22[..2] + "2", mode.ToField22(PinEntryCapability.No));
    }
}

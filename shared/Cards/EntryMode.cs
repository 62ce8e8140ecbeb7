namespace CloudPos.Cards;

/// <summary>How the card was read. The numbers are stored and sent; none is ever reused.</summary>
public enum EntryMode
{
    Unknown = 0,
    Chip = 1,
    Contactless = 2,
    Swipe = 3,

    /// <summary>The stripe of a card that has a chip: the chip could not be read.</summary>
    Fallback = 4,
    Manual = 5,

    /// <summary>Typed by its holder into a page of the shop's; no terminal reads it so.</summary>
    ECommerce = 6,
}

/// <summary>Whether the terminal can take a PIN: the third digit of field 22.</summary>
public enum PinEntryCapability
{
    Unspecified = 0,
    Yes = 1,
    No = 2,
}

public static class EntryModes
{
    /// <summary>
    /// The point of service entry mode, field 22 of ISO 8583:1987: two digits of the mode, one of PIN entry.
    /// </summary>
    public static string ToField22(this EntryMode mode, PinEntryCapability pin = PinEntryCapability.Yes)
    {
        var code = mode switch
        {
            EntryMode.Chip => "05",
            EntryMode.Contactless => "07",
            EntryMode.Swipe => "90",
            EntryMode.Fallback => "80",
            EntryMode.Manual => "01",
            EntryMode.ECommerce => "81",
            EntryMode.Unknown => "00",
            _ => throw new ArgumentOutOfRangeException(nameof(mode)),
        };
        return code + (char)('0' + (int)pin);
    }

    /// <summary>Reads field 22 back; codes that name no mode of ours are Unknown.</summary>
    public static EntryMode FromField22(ReadOnlySpan<char> field22) => field22.Length != 3 ? EntryMode.Unknown
        : field22[..2] switch
        {
            "05" => EntryMode.Chip,
            "07" => EntryMode.Contactless,
            "90" => EntryMode.Swipe,
            "80" => EntryMode.Fallback,
            "01" => EntryMode.Manual,
            "81" => EntryMode.ECommerce,
            _ => EntryMode.Unknown,
        };
}

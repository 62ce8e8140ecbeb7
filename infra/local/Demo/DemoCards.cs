namespace CloudPos.Local.Demo;

/// <summary>
/// The scripted cards of the demo, published test cards all: Demo/cards beside this program, one file a card,
/// in the format of the terminal's scripted reader: {"name", "entryMode": chip | contactless | swipe, "tlv":
/// hex | "track2"}. They lie outside every data folder, which may hold no card number.
/// </summary>
internal static class DemoCards
{
    public const string VisaChip = "visa-chip";
    public const string VisaChip2 = "visa-chip-2";
    public const string VisaChip3 = "visa-chip-3";
    public const string VisaContactless = "visa-contactless";
    public const string MastercardChip = "mastercard-chip";
    public const string MastercardContactless = "mastercard-contactless";
    public const string MastercardContactless2 = "mastercard-contactless-2";
    public const string MastercardSwipe = "mastercard-swipe";

    /// <summary>A chip card whose stripe was read.</summary>
    public const string SwipedChipCard = "swiped-chip-card";
    public const string Expired = "expired";

    /// <summary>JCB.</summary>
    public const string WrongScheme = "wrong-scheme";

    /// <summary>The acquirer declines it with 41; from then on it is on the merchant's deny list.</summary>
    public const string DenyListed = "deny-listed";
    public const string Declined51 = "declined-51";
    public const string Declined05 = "declined-05";
    public const string SilentUntilRepeat = "silent-until-repeat";
    public const string AnsweredLate = "answered-late";
    public const string AnsweredTwice = "answered-twice";
    public const string LineDropped = "line-dropped";

    /// <summary>Of more than 5.00 the acquirer approves 5.00.</summary>
    public const string HasFive = "has-five";

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Demo", "cards");

    public static string PathOf(string card) => Path.Combine(Folder, card + ".json");
}

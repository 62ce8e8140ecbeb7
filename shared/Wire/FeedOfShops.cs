using CloudPos.Journal;

namespace CloudPos.Wire;

/// <summary>How far a product's own history has come, so that a terminal can lay its own later edits over
/// it.</summary>
/// <param name="Edited">Per field that was ever edited, the moment of the edit that holds; see <see
/// cref="EditMoment"/>.</param>
/// <param name="AppliedThrough">Per journal the number of its last edit that was looked at.</param>
/// <param name="Conflicts">Edits that did not know of each other and that nobody has looked at.</param>
public sealed record ProductHistory(
    IReadOnlyDictionary<string, string> Edited,
    IReadOnlyDictionary<string, long> AppliedThrough,
    IReadOnlyList<EditConflict> Conflicts);

/// <summary>Two edits of one field, of which the later did not know the earlier.</summary>
/// <param name="Field">A member of <see cref="ProductFields"/>, as in JSON.</param>
/// <param name="Lost">The earlier value, which does not hold.</param>
/// <param name="Kept">The later value.</param>
/// <param name="LostMoment">When, and at which terminal; see <see cref="EditMoment"/>.</param>
public sealed record EditConflict(
    string Sku, string Field, string Lost, string Kept, string LostMoment, string KeptMoment);

/// <summary>Goods between two stores: what was sent, and what has arrived, as far as it is known.</summary>
public sealed record Transfer(string Number, string From, string To, IReadOnlyList<TransferPart> Parts)
{
    /// <summary>Parts beyond this number are kept as movements but not listed.</summary>
    public const int PartsMax = 20;
}

/// <summary>One entry of a transfer.</summary>
/// <param name="Entry">Journal and number: the same part is known by it on both sides.</param>
/// <param name="IsArrival">Else it left.</param>
/// <param name="IsLast">Of an arrival: nothing more is expected.</param>
public sealed record TransferPart(
    string Entry, bool IsArrival, bool IsLast, DateTimeOffset At, IReadOnlyList<StockChange> Lines);

/// <summary>A customer as the back office knows them; what is erased has no data.</summary>
/// <param name="Data">Null when erased, or not known yet.</param>
/// <param name="Points">To redeem; negative when terminals that did not know of each other overdrew
/// it.</param>
/// <param name="Lifetime">Ever earned; decides the tier.</param>
/// <param name="AppliedThrough">Per journal the number of its last entry that is in the points.</param>
/// <param name="MergedInto">They turned out to be another customer, who has the points now.</param>
/// <param name="Recent">Their latest purchases anywhere, newest first.</param>
public sealed record CustomerState(
    Id Customer,
    CustomerData? Data,
    bool Erased,
    long Points,
    long Lifetime,
    IReadOnlyDictionary<string, long> AppliedThrough,
    Id? MergedInto,
    IReadOnlyList<CustomerPurchase> Recent)
{
    public const int RecentMax = 10;
}

/// <summary>One purchase of a customer.</summary>
public sealed record CustomerPurchase(
    string ReceiptNumber, DateTimeOffset At, Money Total, long Earned, long Redeemed);

/// <summary>How points are earned and spent at a merchant.</summary>
/// <param name="EarnMinor">Minor units paid for one point.</param>
/// <param name="PointValueMinor">Minor units that one point pays.</param>
/// <param name="OfflineRedeemMax">Points that a terminal lets one customer redeem while it does not know
/// what others did.</param>
/// <param name="Tiers">By rising number of points.</param>
public sealed record LoyaltyRule(
    long Version, long EarnMinor, long PointValueMinor, long OfflineRedeemMax,
    IReadOnlyList<LoyaltyTier> Tiers);

/// <summary>A discount for those who have earned so many points in all.</summary>
public sealed record LoyaltyTier(string Name, long FromPoints, int DiscountBasisPoints);

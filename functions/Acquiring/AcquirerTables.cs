using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using CloudPos.Cards;
using CloudPos.Functions.Hosting;
using CloudPos.Iso8583;

namespace CloudPos.Functions.Acquiring;

/// <summary>An acquirer of the configuration and where it is reached.</summary>
internal sealed record AcquirerEntry(AcquirerProfile Profile, HostAndPort Address);

/// <summary>
/// The acquirers as they are configured, a JSON document: each one's table, and the routes from merchant,
/// scheme and currency to one of them. Immutable.
/// </summary>
internal sealed record AcquirerTables(
    IReadOnlyList<AcquirerEntry> Acquirers, IReadOnlyList<AcquirerRoute> Routes)
{
    /// <summary>
    /// Acquirers that are gone for good. What is open at them is held for a person.
    /// </summary>
    public IReadOnlyList<string> Retired { get; private init; } = [];

    public const int AcquirersMax = 32;
    public const int RoutesMax = 1_000;
    public const int RetiredMax = 100;

    private const int TextLengthMax = 1 << 20;

    /// <summary>A table that comes with the program.</summary>
    public static AcquirerProfile BuiltIn(string name)
    {
        using var stream = typeof(AcquirerTables).Assembly.GetManifestResourceStream($"acquirer-{name}.json")
            ?? throw new ArgumentException($"No table {name} comes with the program.", nameof(name));
        return JsonSerializer.Deserialize(stream, AcquirerTablesJson.Default.TableJson)!.Over(null);
    }

    /// <param name="text">The document, or the path of a file that holds it.</param>
    /// <returns>Null when there is a fault; <paramref name="faults"/> then names each.</returns>
    public static AcquirerTables? TryRead(string text, out IReadOnlyList<string> faults)
    {
        try
        {
            var isDocument = text.TrimStart().StartsWith('{');
            if ((isDocument ? text.Length : new FileInfo(text).Length) > TextLengthMax)
                throw new InvalidDataException("it is larger than 1 MiB");
            var document = isDocument ? text : File.ReadAllText(text);
            var read = JsonSerializer.Deserialize(document, AcquirerTablesJson.Default.TablesJson)!;
            var tables = new AcquirerTables(
                [.. read.Acquirers.Select(Entry)], [.. read.Routes.Select(route => route.ToRoute())])
            {
                Retired = read.Retired ?? [],
            };
            faults = tables.Faults();
            return faults.Count == 0 ? tables : null;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or FormatException
            or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            faults = [fault.Message];
            return null;
        }
    }

    private static AcquirerEntry Entry(TableJson table)
    {
        var address = HostAndPort.Parse(table.Address ?? "")
            ?? throw new FormatException($"acquirer {table.Name}: its address is HOST:PORT");
        if (table.Tls is null && !table.Plain && !address.IsLoopback)
            throw new FormatException(
                $"acquirer {table.Name}: card numbers would go to {address} in clear. Give it \"tls\": {{}}, "
                + "or \"plain\": true where a private line or VPN secures it");
        if (table.Tls is not null && table.Plain)
            throw new FormatException($"acquirer {table.Name}: it is plain or has tls, not both");
        return new(table.Over(table.Like is { } like ? BuiltIn(like) : null), address);
    }

    private List<string> Faults()
    {
        var faults = Acquirers.SelectMany(acquirer => acquirer.Profile.Faults()).ToList();
        if (Acquirers.Count is 0 or > AcquirersMax)
            faults.Add($"there are 1 to {AcquirersMax} acquirers");
        foreach (var twice in Acquirers.GroupBy(a => a.Profile.Name).Where(group => group.Count() > 1))
            faults.Add($"two acquirers are called {twice.Key}");
        foreach (var back in Retired.Where(name => Acquirers.Any(one => one.Profile.Name == name)))
            faults.Add($"{back} is retired and an acquirer of the table at once");
        if (Retired.Count > RetiredMax)
            faults.Add($"at most {RetiredMax} acquirers are retired");
        if (Routes.Count > RoutesMax)
            faults.Add($"there are at most {RoutesMax} routes");
        foreach (var route in Routes)
            if (!Acquirers.Any(acquirer => acquirer.Profile.Name == route.Acquirer))
                faults.Add($"a route leads to {route.Acquirer}, which is no acquirer of the table");
        if (Acquirers.Count > 1 && (Routes.Count == 0 || !Routes[^1].IsForAll))
            faults.Add("the last route is for everything: it names an acquirer and nothing else");
        return faults;
    }
}

/// <summary>One acquirer in the document. What is not named is as in the table it is like.</summary>
internal sealed record TableJson(
    string Name, string? Address = null, string? Like = null, string? Layout = null,
    IReadOnlyList<RowJson>? Rows = null, FrameJson? Frame = null, string? AcquirerId = null,
    string? Request = null, string? Reversal = null, string? SignOn = null, string? Echo = null,
    string? MerchantCategory = null, string? ConditionCode = null, PinEntryCapability? PinEntry = null,
    IReadOnlyList<DialectField>? Fields = null, string? CodesOf = null,
    IReadOnlyDictionary<string, CodeMeaning>? Codes = null, IReadOnlyList<string>? ReversalDone = null,
    IReadOnlyList<string>? OutOfBalance = null, string? OwnAnswer = null, double? AnswerSeconds = null,
    double? RepeatSecondsMin = null, double? RepeatSecondsMax = null, double? EchoSeconds = null,
    int? InFlightMax = null, int? QueueMax = null, IReadOnlyList<int>? RetryHours = null,
    TlsJson? Tls = null, bool Plain = false)
{
    private const string NoSignOn = "none";

    public AcquirerProfile Over(AcquirerProfile? known)
    {
        var profile = known ?? new AcquirerProfile
        {
            Name = Name, Layout = Iso8583Layout.Ascii87, AcquirerId = AcquirerId ?? "",
        };
        return profile with
        {
            Name = Name,
            Layout = LayoutOver(profile.Layout),
            Frame = Frame is null ? profile.Frame : new(Frame.Length, Frame.CountsItself, Frame.Transport),
            AcquirerId = AcquirerId ?? profile.AcquirerId,
            RequestMti = Request ?? profile.RequestMti,
            ReversalMti = Reversal ?? profile.ReversalMti,
            SignOnCode = SignOn == NoSignOn ? null : SignOn ?? profile.SignOnCode,
            EchoCode = Echo ?? profile.EchoCode,
            MerchantCategory = MerchantCategory ?? profile.MerchantCategory,
            ConditionCode = ConditionCode ?? profile.ConditionCode,
            PinEntry = PinEntry ?? profile.PinEntry,
            Fields = Fields ?? profile.Fields,
            Codes = CodesOver(profile.Codes),
            ReversalDone = ReversalDone?.ToFrozenSet() ?? profile.ReversalDone,
            OutOfBalance = OutOfBalance?.ToFrozenSet() ?? profile.OutOfBalance,
            OwnAnswer = OwnAnswer ?? profile.OwnAnswer,
            AnswerTimeout = Seconds(AnswerSeconds) ?? profile.AnswerTimeout,
            RepeatIntervalMin = Seconds(RepeatSecondsMin) ?? profile.RepeatIntervalMin,
            RepeatIntervalMax = Seconds(RepeatSecondsMax) ?? profile.RepeatIntervalMax,
            EchoInterval = Seconds(EchoSeconds) ?? profile.EchoInterval,
            InFlightMax = InFlightMax ?? profile.InFlightMax,
            QueueMax = QueueMax ?? profile.QueueMax,
            Tls = Tls?.ToTls(Name) ?? profile.Tls,
            RetryWaits = RetryHours?.Select(hours => TimeSpan.FromHours(hours)).ToList()
                ?? profile.RetryWaits,
        };
    }

    private static TimeSpan? Seconds(double? seconds) => seconds is { } s ? TimeSpan.FromSeconds(s) : null;

    private Iso8583Layout LayoutOver(Iso8583Layout known)
    {
        var layout = Layout switch
        {
            null => known,
            "ascii" => Iso8583Layout.Ascii87.Named(Name),
            "binary" => Iso8583Layout.Binary87.Named(Name),
            _ => throw new FormatException($"acquirer {Name}: its layout is ascii or binary"),
        };
        return Rows is null ? layout : layout.With([.. Rows.Select(row => row.ToField(layout))]);
    }

    private ResponseCodes CodesOver(ResponseCodes known)
    {
        var codes = CodesOf switch
        {
            null => known,
            "schemes" => ResponseCodes.Default,
            "none" => ResponseCodes.None,
            _ => throw new FormatException($"acquirer {Name}: codesOf is schemes or none"),
        };
        if (Codes?.Keys.FirstOrDefault(code => !ResponseCodes.IsCode(code)) is { } wrong)
            throw new FormatException($"acquirer {Name}: '{wrong}' is no code of two letters or digits");
        return Codes is null ? codes : codes.With([.. Codes.Select(row => (row.Key, row.Value))]);
    }
}

/// <summary>A row of the layout that differs from the standard's.</summary>
internal sealed record RowJson(int Field, FieldKind Kind, int Length, string? Name = null,
    LengthPrefix Prefix = LengthPrefix.Fixed, FieldEncoding? Encoding = null)
{
    public Iso8583Field ToField(Iso8583Layout layout) => new(
        Field, Name ?? layout[Field]?.Name ?? $"Field {Field}", Kind, Length, Prefix,
        Encoding ?? Kind switch
        {
            FieldKind.N or FieldKind.Z or FieldKind.XN => layout.Numbers,
            FieldKind.B => layout.Bitmap,
            _ => FieldEncoding.Ascii,
        },
        layout[Field]?.IsSensitive ?? false);
}

/// <summary>How the line is secured; see <see cref="AcquirerTls"/>.</summary>
internal sealed record TlsJson(
    string? Ca = null, IReadOnlyList<string>? Pins = null, string? Name = null, string? Certificate = null,
    string? Key = null)
{
    public AcquirerTls ToTls(string acquirer)
    {
        try
        {
            return new AcquirerTls(Ca, Pins, Name, Certificate, Key);
        }
        catch (FormatException fault)
        {
            throw new FormatException($"acquirer {acquirer}: tls: {fault.Message}");
        }
    }
}

internal sealed record FrameJson(LengthForm Length, bool CountsItself = false, string Transport = "");

/// <summary>A route in the document; what it does not name, it takes all of.</summary>
internal sealed record RouteJson(
    string Acquirer, string? Merchant = null, Scheme? Scheme = null, string? Currency = null)
{
    public AcquirerRoute ToRoute() => new(
        Merchant, Scheme, Currency is null ? null : CloudPos.Currency.Parse(Currency), Acquirer);
}

internal sealed record TablesJson(
    IReadOnlyList<TableJson> Acquirers, IReadOnlyList<RouteJson>? Routing = null,
    IReadOnlyList<string>? Retired = null)
{
    public IReadOnlyList<RouteJson> Routes => Routing ?? [];
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TablesJson))]
[JsonSerializable(typeof(TableJson))]
internal sealed partial class AcquirerTablesJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudPos.Local.Demo;

/// <summary>One product of the demo shop.</summary>
/// <param name="Ean">EAN-13; from 20, the numbers that a shop gives out for itself.</param>
/// <param name="PriceMinor">With tax, in cents.</param>
/// <param name="TaxBasisPoints">1900 or 700.</param>
/// <param name="OpeningStock">Pieces on the shelf before the story.</param>
internal sealed record DemoProduct(
    string Sku,
    string Ean,
    string Name,
    string Category,
    long PriceMinor,
    int TaxBasisPoints,
    long OpeningStock);

/// <summary>What the demo shop sells, in EUR: catalogue.json, embedded.</summary>
internal static class DemoCatalogue
{
    public static IReadOnlyList<DemoProduct> Products { get; } = Read();

    private static IReadOnlyList<DemoProduct> Read()
    {
        using var stream = typeof(DemoCatalogue).Assembly.GetManifestResourceStream("catalogue.json")
            ?? throw new InvalidOperationException("catalogue.json is not embedded.");
        return JsonSerializer.Deserialize(stream, DemoJson.Default.IReadOnlyListDemoProduct)
            ?? throw new InvalidOperationException("catalogue.json holds no list.");
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(IReadOnlyList<DemoProduct>))]
internal sealed partial class DemoJson : JsonSerializerContext;

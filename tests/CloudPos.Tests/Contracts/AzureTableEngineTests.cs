using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Contracts;

/// <summary>The contract on Azure's engine, against the emulator.</summary>
public sealed class AzureTableEngineTests : TableEngineContract
{
    private TablesAddress? address;

    private protected override ITableEngine Open() => Azurite.Open(address!);

    public override async ValueTask InitializeAsync()
    {
        address = await Azurite.NewAccount();
        await base.InitializeAsync();
    }
}
